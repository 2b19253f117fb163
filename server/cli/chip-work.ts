import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AppError, messageOf } from '../kernel/errors.ts'
import {
  diversificationInput,
  KEY_BYTES,
  KEY_NUMBERS,
  KEY_ROLES,
  parseMasterKey,
  parseUid,
  type Uid,
  uidBytes,
} from '../modules/verification/tags/chip-keys.ts'
import { type ChipPlan, planChip } from '../modules/verification/tags/chip-plan.ts'
import { aesCmac } from '../modules/verification/tags/cmac.ts'
import { playChip, takesSettings } from '../modules/verification/tags/play-chip.ts'
import { type Seal, sealOf } from '../modules/verification/tags/seal.ts'
import { SUN_RANDOM_BYTES } from '../modules/verification/tags/simulated-chip.ts'
import type { ChipMode } from '../modules/verification/tags/sun-crypto.ts'
import { parseSun, readSun } from '../modules/verification/tags/sun-message.ts'

/** A chip to write: what is asked of it, and its five keys, hexadecimal, where they are known. */
export type ChipWork = {
  readonly link: string
  readonly uid: Uid
  readonly mode: ChipMode
  readonly hasSeal: boolean
  readonly plan: ChipPlan
  readonly keys: readonly string[] | null
}

/** What each key is for, and what it is diversified by: what an HSM computes AES-CMAC of under the master key. */
export type KeyNote = { readonly number: number; readonly use: string; readonly input: string }

const USES = ['master: changes keys and settings', 'SDMMetaRead: hides UID and counter', 'SDMFileRead: signs']

export function keyNotes(uid: Uid): KeyNote[] {
  return KEY_NUMBERS.map((number) => ({
    number,
    use: USES[number] ?? 'not used; set so that no factory key stays',
    input: diversificationInput(uid, number).toString('hex').toUpperCase(),
  }))
}

/** The five keys of a chip under a brand's master key. */
export function keysUnder(master: Buffer, uid: Uid): string[] {
  return keyNotes(uid).map(({ input }) => hex(aesCmac(master, Buffer.from(input, 'hex'))))
}

/** A master key from a file: 32 hexadecimal digits. Throws `cli.bad_usage` and `tag.bad_key`. */
export function readMaster(path: string): Buffer {
  try {
    return parseMasterKey(readFileSync(path, 'utf8').trim())
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('cli.bad_usage', `--master: ${messageOf(error)}`, {}, { cause: error })
  }
}

export function plannedWork(
  order: { link: string; uid: string; mode: ChipMode; hasSeal: boolean },
  master: Buffer | null,
): ChipWork {
  const uid = parseUid(order.uid)
  return { ...order, uid, plan: planChip(order), keys: master && keysUnder(master, uid) }
}

/** One thing the self-test looked at. */
export type SelfTest = { readonly what: string; readonly holds: boolean }
export type SelfTested = { readonly url: string; readonly tests: readonly SelfTest[] }

/**
 * Plays a chip that was written as planned, byte for byte, and reads what it sends as the gateway would: the message must
 * hold, count up, and fail once anything in it is changed. Where the keys are not known, others are used for the test.
 */
export function selfTest({ uid, mode, hasSeal, plan, link, keys }: ChipWork): SelfTested {
  const own = keys ?? KEY_NUMBERS.map(() => hex(randomBytes(KEY_BYTES)))
  const read = { metaRead: keyAt(own, KEY_ROLES.metaRead), fileRead: keyAt(own, KEY_ROLES.fileRead) }
  const chip = { uid: uidBytes(uid), mode, keys: read, seal: 'CC', ...plan }
  const play = (counter: number, seal = 'CC'): string =>
    playChip({ ...chip, seal }, { counter, random: randomBytes(SUN_RANDOM_BYTES) })
  const counted = (url: string) => readUrl(url, { uid, keys: own })
  const [first, second] = [play(1), play(2)]
  const tests = [
    { what: 'it takes the settings', holds: takesSettings(plan.fileSettings) },
    { what: 'the link it sends is the item’s', holds: first.startsWith(`${link}?`) },
    { what: 'it is as long as the template', holds: first.length === plan.template.length },
    { what: 'its message holds', holds: counted(first)?.counter === 1 },
    { what: 'the next message counts up', holds: counted(second)?.counter === 2 },
    { what: 'a message with one bit changed does not hold', holds: flipsFail(first, counted) },
    {
      what: 'another chip’s UID does not hold',
      holds: readUrl(first, { uid: otherThan(uid), keys: own }) === null,
    },
  ]
  if (!hasSeal) return { url: first, tests }
  const seals = (['CC', 'OC', 'OO'] as const).map((seal) => counted(play(3, seal))?.seal)
  return {
    url: first,
    tests: [...tests, { what: 'its seal is read', holds: seals.join() === 'closed,opened,open' }],
  }
}

export type ReadUrl = { readonly counter: number; readonly seal: Seal | null }

/** What a link read from a chip says, or null where the chip of this UID and these keys did not make it. */
export function readUrl(
  url: string,
  { uid, keys }: { uid: Uid; keys: readonly string[] },
): (ReadUrl & { readonly mode: ChipMode }) | null {
  const message = parseSun(Object.fromEntries(new URL(url).searchParams))
  if (message === null) return null
  const read = { metaRead: keyAt(keys, KEY_ROLES.metaRead), fileRead: keyAt(keys, KEY_ROLES.fileRead) }
  const reading = readSun(message, { keys: read, uid: uidBytes(uid) })
  if (reading === null) return null
  const seal = reading.fileData && sealOf(reading.fileData)
  return { counter: reading.counter, seal, mode: message.mode }
}

/** Every byte of the message with one of its bits changed, one at a time. */
function flipsFail(url: string, read: (url: string) => unknown): boolean {
  const [link = '', query = ''] = url.split('?')
  const parts = [...new URLSearchParams(query)]
  return parts.every(([name, value], at) => {
    const bytes = Buffer.from(value, 'hex')
    return [...bytes.keys()].every((place) => {
      const changed = Buffer.from(bytes)
      changed[place] = (changed[place] ?? 0) ^ (1 << (place & 7))
      const others = parts.map((part, i) => (i === at ? `${name}=${hex(changed)}` : part.join('=')))
      return read(`${link}?${others.join('&')}`) === null
    })
  })
}

function otherThan(uid: Uid): Uid {
  return parseUid(`${uid.slice(0, -1)}${uid.endsWith('0') ? '1' : '0'}`)
}

function keyAt(keys: readonly string[], number: number): Buffer {
  return Buffer.from(keys[number] ?? '', 'hex')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}
