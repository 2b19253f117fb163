import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { runCli } from '../../../server/cli/cli.ts'

type Ran = { exit: number; out: string; err: string }

async function cli(argv: string[], env: Record<string, string> = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    progress: null,
  }
  return { exit: await runCli(argv, { env, io }), out: out.join('\n'), err: err.join('\n') }
}

describe('the command line', () => {
  let folder: string
  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cachet-cli-'))
  })
  after(() => fs.rm(folder, { recursive: true }))

  it('lists its commands, and helps with each', async () => {
    const help = await cli(['--help'])
    expect(help.exit).to.equal(0)
    for (const name of ['register', 'verify', 'screen', 'doctor', 'fsck']) {
      expect(help.out).to.include(`  ${name}`)
      const own = await cli([name, '--help'])
      expect([own.exit, own.out.includes(`cachet ${name}`), own.out.includes('--json')]).to.deep.equal([
        0,
        true,
        true,
      ])
    }
  })

  it('exits with 2 and the usage for what it does not understand', async () => {
    expect((await cli([])).exit).to.equal(2)
    expect((await cli(['mint'])).err).to.include('There is no command mint.')
    for (const argv of [
      ['verify'],
      ['verify', 'a', 'b'],
      ['verify', 'no-such-file'],
      ['verify', 'x', '--colour', 'red'],
    ]) {
      const { exit, err } = await cli(argv)
      expect([exit, err.includes('Usage: cachet verify URL|BUNDLE')]).to.deep.equal([2, true])
    }
  })

  it('exits with 2 for a file that is no bundle, with its reason as JSON where asked', async () => {
    const file = path.join(folder, 'not.json')
    await fs.writeFile(file, '{"certificate":"x"}')
    const { exit, out } = await cli(['verify', file, '--json'])
    expect(exit).to.equal(2)
    expect(JSON.parse(out).error).to.deep.include({ code: 'cli.bad_usage' })
  })

  it('exits with 3 when the gateway does not answer, and guesses nothing', async () => {
    const url = 'https://id.gs1.org/01/09506000134352/21/A'
    const { exit, err, out } = await cli(['verify', url], { CACHET_URL: 'http://127.0.0.1:9' })
    expect([exit, out]).to.deep.equal([3, ''])
    expect(err).to.include('The gateway at http://127.0.0.1:9 does not answer')
  })

  it('says where a key is looked for when there is none', async () => {
    const file = path.join(folder, 'items.csv')
    await fs.writeFile(file, 'gtin,serial,model\n')
    const { exit, err } = await cli(['register', file, '--data', folder])
    expect(exit).to.equal(2)
    expect(err).to.include('No API key: give --key, set CACHET_API_KEY').and.include('credentials.json')
  })

  it('refuses a file of a kind that is not read', async () => {
    const file = path.join(folder, 'items.doc')
    await fs.writeFile(file, '')
    expect((await cli(['register', file])).err).to.include(
      'the file must end in .csv, .ndjson, .jsonl, .xlsx',
    )
  })
})
