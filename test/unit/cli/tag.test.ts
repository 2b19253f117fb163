import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { keyNotes, keysUnder, plannedWork, selfTest } from '../../../server/cli/chip-work.ts'
import { runCli } from '../../../server/cli/cli.ts'
import { parseUid } from '../../../server/modules/verification/tags/chip-keys.ts'
import { tempDir } from '../../support/temp-dir.ts'

const LINK = 'https://id.maison-exemple.com/01/09521234001003/21/DEMOM9S346Q3D25V'
const UID = '04958CAA5C5E80'
const MASTER = '00112233445566778899AABBCCDDEEFF'

async function run(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) }
  const code = await runCli(['tag', ...argv], { env: {}, io: { ...io, progress: null } })
  return { code, out, err: err.join('\n') }
}

describe('cachet tag', () => {
  let master: string
  let folder: Awaited<ReturnType<typeof tempDir>>

  before(async () => {
    folder = await tempDir()
    master = join(folder.path, 'master.hex')
    await writeFile(master, `${MASTER}\n`)
  })
  after(() => folder.remove())

  for (const flags of [[], ['--seal'], ['--lrp'], ['--lrp', '--seal']]) {
    it(`prints bytes that make a chip answer, and shows it (${flags.join(' ') || 'AES'})`, async () => {
      const { code, out } = await run(LINK, '--uid', UID, '--master', master, '--json', ...flags)
      const printed = JSON.parse(out[0] ?? '')
      expect([code, printed.mode, printed.seal]).to.deep.equal([
        0,
        flags.includes('--lrp') ? 'lrp' : 'aes',
        flags.includes('--seal'),
      ])
      expect(printed.keys.map((key: { key: string }) => key.key)).to.deep.equal(
        keysUnder(Buffer.from(MASTER, 'hex'), parseUid(UID)),
      )
      expect(printed.selfTest.tests.every((test: { holds: boolean }) => test.holds)).to.equal(true)
      expect(printed.selfTest.tests).to.have.length(flags.includes('--seal') ? 8 : 7)
      const read = await run(printed.selfTest.url, '--check', '--uid', UID, '--master', master, '--json')
      expect(read.code).to.equal(0)
      expect(JSON.parse(read.out[0] ?? '')).to.deep.equal({
        uid: UID,
        holds: true,
        counter: 1,
        mode: printed.mode,
        seal: printed.seal ? 'closed' : null,
      })
    })
  }

  it('prints no key without a master key, only what each is diversified by', async () => {
    const { code, out } = await run(LINK, '--uid', UID, '--json')
    expect(code).to.equal(0)
    expect(JSON.parse(out[0] ?? '').keys).to.deep.equal(keyNotes(parseUid(UID)))
    const text = await run(LINK, '--uid', UID)
    expect(text.out.join('\n')).to.include('AES-CMAC(master key, 0104958CAA5C5E80024341434845542E31)')
  })

  it('says of a link whose message does not hold that it does not', async () => {
    const url = `${LINK}?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086`
    const { code, out } = await run(url, '--check', '--uid', '04DE5F1EACC040', '--master', master)
    expect(code).to.equal(1)
    expect(out[0]).to.match(/^✕ The message does not hold/)
  })

  it('fails its self-test where a place in the settings is off by one byte', () => {
    const order = { link: LINK, uid: UID, mode: 'aes', hasSeal: true } as const
    const work = plannedWork(order, null)
    expect(selfTest(work).tests.every((test) => test.holds)).to.equal(true)
    const { fileSettings } = work.plan
    for (let place = 12; place < fileSettings.length; place += 6) {
      const one = (Number.parseInt(fileSettings.slice(place, place + 2), 16) + 1) & 0xff
      const moved = `${fileSettings.slice(0, place)}${one.toString(16).padStart(2, '0')}${fileSettings.slice(place + 2)}`
      const tested = selfTest({ ...work, plan: { ...work.plan, fileSettings: moved } })
      expect(
        tested.tests.some((test) => !test.holds),
        moved,
      ).to.equal(true)
    }
  })

  it('refuses the factory key, no UID, both sources of keys, and what is no item’s link', async () => {
    const factory = join(folder.path, 'factory.hex')
    await writeFile(factory, '0'.repeat(32))
    const cases: [string[], number, RegExp][] = [
      [[LINK, '--uid', UID, '--master', factory], 3, /no secret/],
      [[LINK, '--uid', UID, '--master', join(folder.path, 'none')], 2, /--master/],
      [[LINK], 2, /UID/],
      [[LINK, '--uid', '05'], 3, /04/],
      [[LINK, '--uid', UID, '--master', master, '--encode', 'x'], 2, /not both/],
      [[LINK, '--uid', UID, '--check'], 2, /needs --master/],
      [['https://maison-exemple.com/', '--uid', UID], 3, /01/],
      [['nonsense', '--uid', UID], 2, /no link/],
    ]
    for (const [argv, code, words] of cases) {
      const refused = await run(...argv)
      expect(refused.err, argv.join(' ')).to.match(words)
      expect(refused.code, argv.join(' ')).to.equal(code)
    }
  })
})
