import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { isAppError } from '../../../server/kernel/errors.ts'
import { parseUid } from '../../../server/modules/verification/tags/chip-keys.ts'
import {
  type ChipOrder,
  plainFileData,
  planChip,
} from '../../../server/modules/verification/tags/chip-plan.ts'
import { simulatedRead } from '../../../server/modules/verification/tags/simulated-chip.ts'
import { hasSun, parseSun, readSun } from '../../../server/modules/verification/tags/sun-message.ts'

const { fileSettings } = JSON.parse(
  readFileSync(new URL('../../golden/tags/sun.json', import.meta.url), 'utf8'),
)
const LINK = 'https://id.maison-exemple.com/01/09506000134352/21/7QKABCDEFGHIJKLMNOPQ'
const order = (over: Partial<ChipOrder> = {}): ChipOrder => ({
  link: LINK,
  mode: 'aes',
  hasSeal: false,
  ...over,
})

const isBadLink = (error: unknown): boolean => isAppError(error, 'tag.bad_link')

/** The text of file 02 from a place on. */
function at(ndef: string, place: number, length: number): string {
  return Buffer.from(ndef, 'hex')
    .toString('latin1')
    .slice(place, place + length)
}

describe('what to write to a chip', () => {
  it('is what NXP’s example writes for its link', () => {
    const { url, parameters, metaReadKey, fileReadKey, counterReadKey, settings } = fileSettings
    const keys = { metaRead: metaReadKey, fileRead: fileReadKey, counterRead: counterReadKey }
    const plan = planChip({ link: url, mode: 'aes', hasSeal: false, parameters, keys })
    expect(plan.fileSettings.toLowerCase()).to.equal(settings)
  })

  for (const mode of ['aes', 'lrp'] as const) {
    for (const hasSeal of [false, true]) {
      it(`has each place where the chip fills it (${mode}${hasSeal ? ', with a seal' : ''})`, () => {
        const { ndef, offsets, template, fileSettings: settings } = planChip(order({ mode, hasSeal }))
        const piccCharacters = mode === 'aes' ? 32 : 48
        expect(at(ndef, offsets.picc - 10, 10 + piccCharacters)).to.equal(
          `picc_data=${'0'.repeat(piccCharacters)}`,
        )
        expect(at(ndef, offsets.mac - 5, 5 + 16)).to.equal(`cmac=${'0'.repeat(16)}`)
        expect(offsets.macInput).to.equal(offsets.file ?? offsets.mac)
        if (hasSeal) expect(at(ndef, (offsets.file ?? 0) - 4, 4 + 4)).to.equal('enc=NT00')
        // NLEN counts what follows it; the record is D1 01 length U, and https:// is one byte.
        const bytes = Buffer.from(ndef, 'hex')
        expect(bytes.readUInt16BE(0)).to.equal(bytes.length - 2)
        expect([...bytes.subarray(2, 7)]).to.deep.equal([0xd1, 1, bytes.length - 6, 0x55, 4])
        expect(`https://${bytes.subarray(7).toString('latin1')}`).to.equal(template)
        expect(settings.slice(0, 12)).to.equal(`4000E0${hasSeal ? 'D9' : 'C1'}FF12`)
        expect(settings).to.have.length(2 * (6 + (hasSeal ? 18 : 9)))
      })

      it(`makes a chip whose messages are read (${mode}${hasSeal ? ', with a seal' : ''})`, () => {
        const uid = Buffer.from(parseUid('04:95:8c:aa:5c:5e:80'), 'hex')
        const keys = { metaRead: Buffer.alloc(16, 1), fileRead: Buffer.alloc(16, 2) }
        const fileData = plainFileData(hasSeal ? 'CC' : null)
        const chip = { uid, mode, keys, fileData }
        const sun = simulatedRead(chip, { counter: 0x010203, random: Buffer.alloc(13, 9) })
        const { template } = planChip(order({ mode, hasSeal }))
        expect(`${LINK}?${sun}`).to.have.length(template.length)
        const query = Object.fromEntries(new URLSearchParams(sun))
        expect(hasSun(query)).to.equal(true)
        const message = parseSun(query)
        const reading = message && readSun(message, { keys, uid })
        expect(reading).to.deep.equal({ counter: 0x010203, fileData })
        const elsewhere = message && readSun(message, { keys, uid: Buffer.from('04958CAA5C5E81', 'hex') })
        expect(elsewhere).to.equal(null)
      })
    }
  }

  it('refuses a link that the chip cannot hold or that has a query already', () => {
    const long = `https://${'a'.repeat(200)}.example/01/09506000134352/21/7QK`
    const wrong = [long, `${LINK}?a=b`, `${LINK}#x`, 'ftp://x.example/01', `${LINK}é`]
    for (const link of wrong)
      expect(() => planChip(order({ link })), link)
        .to.throw()
        .satisfies(isBadLink)
    try {
      planChip(order({ link: long }))
    } catch (error) {
      expect(isAppError(error) && error.data).to.deep.equal({ bytes: 305, bytesMax: 256 })
    }
  })
})

describe('the message of a chip', () => {
  const whole = { picc_data: 'EF963FF7828658A599F3041510671E88', cmac: '94EED9EE65337086' }

  it('is read whole or not at all', () => {
    expect(parseSun(whole)).not.to.equal(null)
    const wrong: Record<string, string | undefined>[] = [
      { ...whole, cmac: undefined },
      { ...whole, picc_data: undefined },
      { ...whole, cmac: whole.cmac.slice(2) },
      { ...whole, picc_data: whole.picc_data.slice(2) },
      { ...whole, cmac: whole.cmac.toLowerCase() },
      { ...whole, enc: '' },
      { ...whole, enc: 'AA' },
      { ...whole, enc: 'AB'.repeat(16 * 8) },
      { ...whole, sun: `${whole.picc_data}${whole.cmac}` },
      { sun: `${whole.picc_data}${whole.cmac}0` },
      { sun: whole.cmac },
      { sun: '' },
    ]
    for (const query of wrong) expect(parseSun(query), JSON.stringify(query)).to.equal(null)
  })

  it('is the same in one piece, in either mode, with file data or without', () => {
    for (const [picc, mode] of [
      ['AB'.repeat(16), 'aes'],
      ['AB'.repeat(24), 'lrp'],
    ] as const) {
      for (const enc of ['', 'CD'.repeat(16), 'CD'.repeat(32)]) {
        const message = parseSun({ sun: `${picc}${enc}${'EF'.repeat(8)}` })
        expect(message?.mode).to.equal(mode)
        expect(message?.picc.toString('hex').toUpperCase()).to.equal(picc)
        expect(message?.file?.toString('hex').toUpperCase() ?? '').to.equal(enc)
        expect(message?.mac.toString('hex').toUpperCase()).to.equal('EF'.repeat(8))
      }
    }
  })
})
