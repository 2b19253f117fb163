import { randomBytes } from 'node:crypto'
import type { ItemKey } from '../../server/kernel/gs1.ts'
import { parseUid } from '../../server/modules/verification/tags/chip-keys.ts'
import { plainFileData } from '../../server/modules/verification/tags/chip-plan.ts'
import { SUN_RANDOM_BYTES, simulatedRead } from '../../server/modules/verification/tags/simulated-chip.ts'
import type { ChipMode } from '../../server/modules/verification/tags/sun-crypto.ts'

/** A chip of a test: what it is written with, and a counter that goes up at each read. */
export type TestChip = {
  readonly uid: string
  readonly key: ItemKey
  readonly mode: ChipMode
  /** The message of the next read, or of the read with this counter. */
  read(at?: { counter?: number; seal?: string }): string
}

export function randomUid(): string {
  return `04${randomBytes(6).toString('hex').toUpperCase()}`
}

/** `keys`: the five application keys, hexadecimal, as `POST …/encodings` gives them. */
export function testChip(
  about: Pick<TestChip, 'uid' | 'key' | 'mode'> & { readonly seal: string | null },
  keys: readonly string[],
): TestChip {
  const [, metaRead = '', fileRead = ''] = keys
  let reads = 0
  return {
    ...about,
    read({ counter = ++reads, seal = about.seal ?? undefined } = {}) {
      const chip = {
        uid: Buffer.from(parseUid(about.uid), 'hex'),
        mode: about.mode,
        keys: { metaRead: Buffer.from(metaRead, 'hex'), fileRead: Buffer.from(fileRead, 'hex') },
        fileData: plainFileData(seal ?? null),
      }
      return simulatedRead(chip, { counter, random: randomBytes(SUN_RANDOM_BYTES) })
    },
  }
}
