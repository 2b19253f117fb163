import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { type Db, openDb } from '../../server/db/connection.ts'
import { restoreFrom } from '../../server/db/embedded/restore.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { failure } from './support.ts'

describe('embedded store: upkeep', () => {
  let dataDir: string
  let db: Db
  const open = (): Promise<Db> => openDb({ dataDir, log: silentLog })
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
    db = await open()
    const things = db.connection.collection('things')
    await things.createIndexes([{ key: { tags: 1 } }, { key: { n: 1 }, unique: true }])
    await things.insertMany(Array.from({ length: 50 }, (_, n) => ({ n, tags: [n % 3, 'x'] })))
  })
  afterEach(async () => {
    await db.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('finds documents and entries in agreement', async () => {
    await db.connection.collection('things').updateMany({ n: { $lt: 10 } }, { $pull: { tags: 'x' } as never })
    await db.connection.collection('things').deleteMany({ n: { $gt: 40 } })
    expect(await db.embedded?.integrity()).to.deep.equal({
      documents: 41,
      entries: 41 + 41 + 10 + 31 * 2,
      faults: [],
    })
  })

  it('names a lost entry, one too many and a broken document', async () => {
    await db.close()
    const file = new DatabaseSync(join(dataDir, 'store.db'))
    const [index] = file.prepare("SELECT id FROM indexes WHERE instr(spec, 'tags') > 0").all() as {
      id: number
    }[]
    const table = `x${index?.id}`
    file.exec(`DELETE FROM ${table} WHERE r = 7; INSERT INTO ${table} VALUES (x'00', 7)`)
    file.exec(
      `UPDATE d${Number(file.prepare('SELECT id FROM collections').get()?.['id'])} SET doc = x'0500000001' WHERE id = 9`,
    )
    file.close()
    db = await open()
    const faults = (await db.embedded?.integrity())?.faults.join('\n')
    expect(faults)
      .to.include('row 7: no entry in index tags_1')
      .and.to.include('row 9: malformed BSON')
      .and.to.match(/index tags_1: \d+ entries where documents ask for \d+/)
  })

  it('copies the state of one moment while writes go on, and takes it back', async () => {
    const backup = join(dataDir, 'copy.db')
    const things = db.connection.collection('things')
    const copying = db.embedded?.backupTo(backup)
    const writing = things.insertMany(Array.from({ length: 500 }, (_, n) => ({ n: n + 1_000 })))
    await Promise.all([copying, writing])
    await things.deleteMany({})
    await db.close()
    restoreFrom(backup, join(dataDir, 'store.db'))
    db = await open()
    expect(await db.connection.collection('things').countDocuments({ n: { $lt: 50 } })).to.equal(50)
    expect((await db.embedded?.integrity())?.faults).to.deep.equal([])
  })

  it('refuses to write over a file, to restore under a running store, and what is no backup', async () => {
    const backup = join(dataDir, 'copy.db')
    await db.embedded?.backupTo(backup)
    expect(await failure(db.embedded?.backupTo(backup) ?? Promise.resolve())).to.include({
      code: 'db.backup_exists',
    })
    const code = (work: () => void): unknown => {
      try {
        work()
        return null
      } catch (error) {
        return (error as { code?: unknown }).code
      }
    }
    const path = join(dataDir, 'store.db')
    expect(code(() => restoreFrom(backup, path))).to.equal('db.locked')
    await writeFile(join(dataDir, 'text.db'), 'this is text')
    expect(code(() => restoreFrom(join(dataDir, 'text.db'), path))).to.equal('db.backup_broken')
    expect(code(() => restoreFrom(join(dataDir, 'none.db'), path))).to.equal('db.backup_missing')
  })
})
