import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { expectNothingLost, Writer } from './crash.ts'

// A process with twenty writers has the store; every command is another process, as people run them.
//
// backup       running store ── a sound copy of one moment, with all that was acknowledged before
//              no FILE · FILE is there · a folder that is not there · no store
// restore      into a folder of its own · under the running store · no file · no backup
// doctor       running store · no store
// the service  on the same folder

type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

const CLI = resolve(import.meta.dirname, '../../server/cli/main.ts')
const SERVICE = resolve(import.meta.dirname, '../../server/main.ts')

describe('embedded store: upkeep from another process', function () {
  this.timeout(60_000)
  let folder: string
  let dataDir: string
  let writer: Writer
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cachet-db-'))
    dataDir = join(folder, 'data')
    writer = new Writer(dataDir)
    await writer.until(100)
  })
  after(async () => {
    await writer.kill()
    await rm(folder, { recursive: true, force: true })
  })

  const run = async (file: string, ...argv: string[]): Promise<Ran> => {
    // Without MONGODB_URI, which npm run test:mongo sets: a service on a real MongoDB has no file to share.
    const { MONGODB_URI: _, ...env } = process.env
    const child = spawn(process.execPath, [file, ...argv], {
      cwd: folder,
      env: { ...env, CACHET_DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      said.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      said.err += chunk
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, ...said }
  }
  const cachet = (...argv: string[]): Promise<Ran> => run(CLI, ...argv)
  /** The words of a refused second opening. */
  const inUse = (): string =>
    `The data file ${join(dataDir, 'store.db')} is in use by another process (pid ${writer.pid}); two processes cannot share one embedded store. Stop that one, choose another folder (CACHET_DATA_DIR), or use a real MongoDB (MONGODB_URI).`

  it('backs up a store that is written to, and brings back all that was acknowledged before', async () => {
    const told = [...writer.acknowledged()]
    const made = await cachet('backup', 'copy.db')
    const file = join(folder, 'copy.db')
    const { length } = await readFile(file)
    expect(made).to.deep.equal({ code: 0, out: `${file} (${length} bytes)\n`, err: '' })
    const other = join(folder, 'other')
    const back = await cachet('restore', 'copy.db', '--data', other, '--json')
    expect(back).to.include({ code: 0, err: '' })
    expect(JSON.parse(back.out)).to.deep.equal({ file, path: join(other, 'store.db') })
    const examined = await cachet('doctor', '--data', other)
    expect(examined.code).to.equal(0)
    expect(examined.out).to.match(/^✓ stored data\s+\d+ documents and \d+ index entries agree\n$/)
    const db = await openDb({ dataDir: other, log: silentLog })
    await expectNothingLost(db, told)
    await db.close()
  })

  it('examines a store that is written to, and holds up no writer', async () => {
    const before = writer.acknowledged().length
    const examined = await cachet('doctor', '--data', dataDir, '--json')
    expect(examined).to.include({ code: 0, err: '' })
    const { probes } = JSON.parse(examined.out) as { probes: { what: string; ok: boolean }[] }
    expect(probes.map(({ what, ok }) => ({ what, ok }))).to.deep.equal([{ what: 'stored data', ok: true }])
    await writer.until(before + 1)
    expect(writer.acknowledged().length).to.be.greaterThan(before)
  })

  it('tells how each command is used', async () => {
    for (const [name, usage, words] of [
      ['backup', 'backup FILE [--data DIR]', 'also while the service runs'],
      ['restore', 'restore FILE [--data DIR] [--force]', 'the service must be stopped'],
      ['doctor', 'doctor [--url URL | --data DIR]', 'what is wrong where it is not'],
    ] as const) {
      const help = await cachet(name, '--help')
      expect(help).to.include({ code: 0, err: '' })
      expect(help.out).to.include(usage).and.to.include(words).and.to.include('--json')
    }
  })

  it('says why there is no backup', async () => {
    const taken = join(folder, 'taken.db')
    await writeFile(taken, 'mine')
    for (const [argv, code, message] of [
      [['backup'], 2, 'backup FILE'],
      [['backup', taken], 3, `There is a file at ${taken} already`],
      [['backup', join(folder, 'none', 'x.db')], 3, `${join(folder, 'none', 'x.db')} could not be written: `],
      [
        ['backup', 'x.db', '--data', 'empty'],
        3,
        `There is no data file ${join(folder, 'empty', 'store.db')}; --data names the folder it is in`,
      ],
    ] as const) {
      const refused = await cachet(...argv)
      expect(refused, argv.join(' ')).to.include({ code, out: '' })
      expect(refused.err).to.include(message)
    }
    expect(await readFile(taken, 'utf8')).to.equal('mine')
  })

  it('says why nothing is put back, and leaves the running store alone', async () => {
    const text = join(folder, 'text.db')
    await writeFile(text, 'this is text')
    await cachet('backup', 'good.db')
    for (const [argv, message] of [
      [['restore', 'good.db'], `There is a store at ${join(dataDir, 'store.db')}; --force replaces it`],
      [['restore', 'good.db', '--force'], inUse()],
      [['restore', 'none.db', '--force'], `There is no file ${join(folder, 'none.db')}`],
      [['restore', text, '--force'], `${text} is no sound backup: `],
    ] as const) {
      const refused = await cachet(...argv)
      expect(refused, argv.join(' ')).to.include({ code: 3, out: '' })
      expect(refused.err).to.include(message)
    }
    const before = writer.acknowledged().length
    await writer.until(before + 1)
    expect(writer.refusals()).to.deep.equal([])
  })

  it('says that there is no store to examine', async () => {
    const nothing = await cachet('doctor', '--data', 'empty', '--json')
    expect(nothing.code).to.equal(3)
    expect(JSON.parse(nothing.out)).to.have.nested.property('error.code', 'db.data_missing')
  })

  it('starts no second service on the folder, and says which process has it', async () => {
    const second = await run(SERVICE, '--data', dataDir, '--port', '0', '--no-demo')
    expect(second.code).to.equal(1)
    expect(second.err).to.equal(`\nCachet cannot start: ${inUse()}\n`)
  })
})
