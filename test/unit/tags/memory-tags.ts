import { randomBytes } from 'node:crypto'
import { parseGtin, parseSerial } from '../../../server/kernel/gs1.ts'
import { silentLog } from '../../../server/kernel/log.ts'
import {
  chipKey,
  KEY_NUMBERS,
  type MasterKeys,
  parseUid,
} from '../../../server/modules/verification/tags/chip-keys.ts'
import { aesCmac } from '../../../server/modules/verification/tags/cmac.ts'
import type { Tag, TagStore } from '../../../server/modules/verification/tags/ports.ts'
import type { ChipMode } from '../../../server/modules/verification/tags/sun-crypto.ts'
import { createTagReader, type TagReader } from '../../../server/modules/verification/tags/tag-reader.ts'
import { randomUid, type TestChip, testChip } from '../../support/chips.ts'

/** Chips in memory, with a reader over them: the rules of taps without a store. */
export type MemoryTags = {
  readonly reader: TagReader
  readonly tags: Map<string, Tag>
  readonly errors: string[]
  bind(about?: { mode?: ChipMode; seal?: string | null }): Promise<TestChip>
}

export function memoryTags(): MemoryTags {
  const tags = new Map<string, Tag>()
  const errors: string[] = []
  const master = randomBytes(16)
  const masters: MasterKeys = { cmac: async (_id, message) => aesCmac(master, message) }
  const reader = createTagReader({
    tags: storeOf(tags),
    masters,
    clock: { nowMs: () => 0 },
    log: { ...silentLog, error: (_data, message) => void errors.push(message) },
    newSession: () => randomBytes(16).toString('base64url'),
  })
  return {
    reader,
    tags,
    errors,
    async bind({ mode = 'aes', seal = null } = {}) {
      const uid = parseUid(randomUid())
      const key = { gtin: parseGtin('09506000134352'), serial: parseSerial(`S${tags.size}`) }
      tags.set(uid, { ...NEW, uid, item: key, mode, hasSeal: seal !== null })
      const keys = await Promise.all(
        KEY_NUMBERS.map((number) => chipKey(masters, 'tks_ONE', { uid, number })),
      )
      return testChip(
        { uid, key, mode, seal },
        keys.map((one) => one.toString('hex')),
      )
    },
  }
}

const NEW = {
  brandId: 'maison-exemple.com',
  status: 'bound',
  keySetId: 'tks_ONE',
  boundAtMs: 0,
  removedAtMs: null,
  counter: -1,
  lastTap: null,
  lastTapAtMs: null,
  taps: 0,
  replays: 0,
  wrongs: 0,
  seal: null,
  marks: [],
  history: [],
  version: 1,
} as const

function storeOf(tags: Map<string, Tag>): TagStore {
  const unused = async (): Promise<never> => {
    throw new TypeError('no tap asks for this')
  }
  return {
    find: async (_brandId, uid) => tags.get(uid) ?? null,
    ofItem: async (key) => [...tags.values()].filter((tag) => tag.item.serial === key.serial),
    async accept(tag, { counter, lastTap, seal, marks }) {
      const now = tags.get(tag.uid)
      if (now?.counter !== tag.counter) return false
      tags.set(tag.uid, {
        ...now,
        counter,
        lastTap,
        seal,
        taps: now.taps + 1,
        marks: [...now.marks, ...marks],
      })
      return true
    },
    async note(tag, mark) {
      const now = tags.get(tag.uid)
      if (now) tags.set(tag.uid, { ...now, marks: [...now.marks, mark].slice(-5) })
    },
    ofBrand: unused,
    countOfBrand: unused,
    insert: unused,
    rebind: unused,
  }
}
