import { parseDigitalLink } from '../../kernel/gs1.ts'
import { parseUid } from '../../modules/verification/tags/chip-keys.ts'
import type { ChipPlan } from '../../modules/verification/tags/chip-plan.ts'
import type { ChipMode } from '../../modules/verification/tags/sun-crypto.ts'
import {
  type ChipWork,
  keyNotes,
  keysUnder,
  plannedWork,
  readMaster,
  readUrl,
  type SelfTested,
  selfTest,
} from '../chip-work.ts'
import { badUsage, type Command, EXIT, type Given, KEY_FLAGS, onlyArgument } from '../command.ts'
import { apiKeyOf, gatewayOf } from '../gateway.ts'

export const tag: Command = {
  name: 'tag',
  usage: 'tag LINK --uid UID [--master FILE | --encode REASON] [--lrp] [--seal] [--check]',
  summary: 'Prints what to write to an NTAG 424 DNA chip so that it answers for an item, and tests it.',
  flags: {
    uid: { type: 'string', value: 'UID', help: 'of the chip, 14 hexadecimal digits' },
    master: {
      type: 'string',
      value: 'FILE',
      help: 'master key, 32 hexadecimal digits: keys are printed, no gateway is asked',
    },
    encode: {
      type: 'string',
      value: 'REASON',
      help: 'take the keys of a bound chip from the gateway, once it is not in use yet',
    },
    lrp: { type: 'boolean', help: 'for a chip in LRP mode; else AES' },
    seal: { type: 'boolean', help: 'for a chip with a tamper loop' },
    check: { type: 'boolean', help: 'LINK was read from a chip: check its message instead' },
    ...KEY_FLAGS,
  },
  notes: [
    'LINK: the item’s link, https://HOST/01/GTIN/21/SERIAL; with --check the whole link that a phone read.',
    'Without --master and --encode no key is printed, only what each is diversified by under the master key.',
    'The self-test plays a chip with the bytes printed and reads it as the gateway does. It proves the bytes, not a chip.',
    'Order: LRP mode if asked for (SetConfiguration, for good), file, settings, keys 4 to 0.',
    'Exit: 0 good, 1 a message that does not hold, 2 wrong usage, 3 the gateway does not answer.',
  ],
  run: async (given) => {
    const link = onlyArgument(tag, given)
    const uid = given.text('uid')
    if (uid === undefined) throw badUsage(tag, 'give the UID of the chip')
    if (given.text('master') !== undefined && given.text('encode') !== undefined)
      throw badUsage(tag, 'give --master or --encode, not both')
    if (!URL.canParse(link)) throw badUsage(tag, `no link: ${link.slice(0, 200)}`)
    return given.on('check') ? check(given, { link, uid }) : write(given, { link, uid })
  },
}

type Asked = { readonly link: string; readonly uid: string }

async function write(given: Given, asked: Asked): Promise<number> {
  parseDigitalLink(asked.link)
  const reason = given.text('encode')
  const work = reason === undefined ? planned(given, asked) : await encoded(given, asked, reason)
  const tested = selfTest(work)
  if (given.on('json')) given.io.out(JSON.stringify(jsonOf(work, tested)))
  else for (const line of lines(work, tested)) given.io.out(line)
  return tested.tests.every((test) => test.holds) ? EXIT.good : EXIT.bad
}

function planned(given: Given, { link, uid }: Asked): ChipWork {
  const file = given.text('master')
  const mode: ChipMode = given.on('lrp') ? 'lrp' : 'aes'
  return plannedWork(
    { link, uid, mode, hasSeal: given.on('seal') },
    file === undefined ? null : readMaster(file),
  )
}

type Encoding = ChipPlan & {
  readonly tag: { readonly mode: ChipMode; readonly seal: boolean }
  readonly keys: readonly string[]
}

/** The gateway knows mode and seal from the binding, and writes down that the keys were given out. */
async function encoded(given: Given, { link, uid }: Asked, reason: string): Promise<ChipWork> {
  const { gtin, serial } = parseDigitalLink(link)
  const chip = parseUid(uid)
  const gateway = gatewayOf(given, apiKeyOf(given, 'brands'))
  const path = `/v1/items/${gtin}/${encodeURIComponent(serial)}/tags/${chip}/encodings`
  const {
    tag: bound,
    keys,
    ...plan
  } = (await gateway.json(path, {
    method: 'POST',
    body: { reason },
  })) as Encoding
  const own = plan.template.split('?')[0] ?? ''
  return { link: own, uid: chip, mode: bound.mode, hasSeal: bound.seal, plan, keys }
}

async function check(given: Given, { link, uid }: Asked): Promise<number> {
  const file = given.text('master')
  if (file === undefined) {
    const hint = 'a bound chip is checked by the gateway: cachet verify LINK, which uses the message up'
    throw badUsage(tag, `--check needs --master; ${hint}`)
  }
  const chip = parseUid(uid)
  const keys = keysUnder(readMaster(file), chip)
  const reading = readUrl(link, { uid: chip, keys })
  if (given.on('json')) given.io.out(JSON.stringify({ uid: chip, holds: reading !== null, ...reading }))
  else for (const line of readingLines(reading)) given.io.out(line)
  return reading === null ? EXIT.bad : EXIT.good
}

function readingLines(reading: ReturnType<typeof readUrl>): string[] {
  if (reading === null)
    return ['✕ The message does not hold: another chip, other keys, or not the whole link.']
  const { counter, seal, mode } = reading
  return [
    `✓ The chip made this message at read ${counter} (${mode.toUpperCase()})${seal === null ? '' : `, seal: ${seal}`}.`,
    'Whether it was used before, only the gateway knows.',
  ]
}

function jsonOf(work: ChipWork, { url, tests }: SelfTested): object {
  const { link, uid, mode, hasSeal, plan, keys } = work
  const keyRows = keyNotes(uid).map((note, i) => (keys === null ? note : { ...note, key: keys[i] }))
  return { link, uid, mode, seal: hasSeal, ...plan, keys: keyRows, selfTest: { url, tests } }
}

function lines({ uid, mode, hasSeal, plan, keys }: ChipWork, { url, tests }: SelfTested): string[] {
  const { picc, file, fileLength, seal, macInput, mac } = plan.offsets
  const named = [
    ['PICC data', picc],
    ['seal', seal],
    ['MAC input', macInput],
    ['file data', file],
    ['length of it', fileLength],
    ['MAC', mac],
  ] as const
  return [
    `Chip      ${uid}, ${mode.toUpperCase()}${hasSeal ? ', with a seal' : ''}`,
    `Link      ${plan.template}`,
    '',
    'Keys, AES-128, version 1',
    ...keyNotes(uid).flatMap(({ number, use, input }, i) => [
      `  ${number}  ${use}`,
      keys === null ? `     AES-CMAC(master key, ${input})` : `     ${keys[i]}`,
    ]),
    '',
    'File 02, from byte 0',
    ...wrapped(plan.ndef),
    'ChangeFileSettings of file 02',
    ...wrapped(plan.fileSettings),
    `Offsets   ${named.flatMap(([name, at]) => (at === null ? [] : [`${name} ${at}`])).join(', ')}`,
    '',
    `Self-test, a chip played with these bytes${keys === null ? ' and keys of its own' : ''}`,
    ...tests.map(({ what, holds }) => `  ${holds ? '✓' : '✕'} ${what}`),
    `  it sent ${url}`,
  ]
}

const HEX_A_LINE = 64

function wrapped(hex: string): string[] {
  return hex.match(new RegExp(`.{1,${HEX_A_LINE}}`, 'g'))?.map((part) => `  ${part}`) ?? []
}
