import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { runCli } from '../../server/cli/cli.ts'
import { type Db, openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'

type Ran = { readonly code: number; readonly out: string; readonly err: string }

describe('command line: backup, restore, doctor', () => {
  let dataDir: string
  let db: Db | null
  const open = async (): Promise<Db> => {
    db = await openDb({ dataDir, log: silentLog })
    return db
  }
  const stop = async (): Promise<void> => {
    await db?.close()
    db = null
  }
  const run = async (...argv: string[]): Promise<Ran> => {
    const lines = { out: [] as string[], err: [] as string[] }
    const io = {
      out: (s: string) => void lines.out.push(s),
      err: (s: string) => void lines.err.push(s),
      progress: null,
    }
    const code = await runCli(argv, { env: { CACHET_DATA_DIR: dataDir }, io })
    return { code, out: lines.out.join('\n'), err: lines.err.join('\n') }
  }
  const count = async (): Promise<number> => (await open()).connection.collection('things').countDocuments()
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
    const things = (await open()).connection.collection('things')
    await things.createIndexes([{ key: { n: 1 }, unique: true }])
    await things.insertMany(Array.from({ length: 50 }, (_, n) => ({ n })))
  })
  afterEach(async () => {
    await stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('copies a store that is running and one that is stopped, and brings both back', async () => {
    const running = join(dataDir, 'running.db')
    const stopped = join(dataDir, 'stopped.db')
    expect(await run('backup', running, '--json')).to.include({ code: 0 })
    await db?.connection.collection('things').deleteMany({ n: { $lt: 20 } })
    await stop()
    expect(await run('backup', stopped)).to.include({ code: 0 })
    for (const [file, documents] of [
      [running, 50],
      [stopped, 30],
    ] as const) {
      expect(await run('restore', file, '--force')).to.include({ code: 0, err: '' })
      expect(await count()).to.equal(documents)
      await stop()
    }
  })

  it('refuses a file that is there, a store that is there or running, and a folder with none', async () => {
    const file = join(dataDir, 'copy.db')
    await run('backup', file)
    expect((await run('backup', file, '--json')).out).to.include('db.backup_exists')
    expect((await run('restore', file, '--json')).out).to.include('db.data_exists')
    expect((await run('restore', file, '--force', '--json')).out).to.include('db.locked')
    expect((await run('backup', `${file}2`, '--data', join(dataDir, 'none'), '--json')).out).to.include(
      'db.data_missing',
    )
  })

  it('tells that data and indexes agree while the store runs, and names what is lost', async () => {
    expect(await run('doctor', '--data', dataDir)).to.deep.include({ code: 0, err: '' })
    await stop()
    const file = new DatabaseSync(join(dataDir, 'store.db'))
    const [index] = file.prepare("SELECT id FROM indexes WHERE instr(spec, 'n_1') > 0").all()
    file.exec(`DELETE FROM x${Number(index?.['id'])} WHERE r = 7`)
    file.close()
    const sick = await run('doctor', '--data', dataDir)
    expect(sick.code).to.equal(1)
    expect(sick.out).to.include('row 7: no entry in index n_1')
  })
})
