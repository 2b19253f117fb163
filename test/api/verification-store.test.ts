import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { type Db, openDb, ready } from '../../server/db/connection.ts'
import { newId } from '../../server/kernel/ids.ts'
import { silentLog } from '../../server/kernel/log.ts'
import type { ScanStore, StoredScan, StoredVerdict } from '../../server/modules/verification/index.ts'
import { scanModel } from '../../server/modules/verification/scan.model.ts'
import { scanStore } from '../../server/modules/verification/scan.store.ts'
import { verdictModel } from '../../server/modules/verification/verdict.model.ts'
import { testDatabaseUri } from '../support/database.ts'

describe('the store of scans and verdicts', () => {
  let folder: string
  let db: Db
  let store: ScanStore

  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cachet-scans-'))
    db = await openDb({ uri: testDatabaseUri(), dataDir: folder, log: silentLog })
    await ready([scanModel(db.connection), verdictModel(db.connection)] as never[]) // whatever their documents
    store = scanStore(db.connection)
  })
  after(async () => {
    if (db.kind === 'mongodb') await db.connection.dropDatabase()
    await db.close()
    await fs.rm(folder, { recursive: true })
  })

  const entry = (over: Partial<StoredVerdict> = {}): { verdict: StoredVerdict; scan: StoredScan } => {
    const item = { gtin: '09506000134352', serial: 'A' }
    const shared = { id: newId('ver'), item, verdict: 'verified', atMs: 1_700_000_000_000 } as const
    const person = { network: 'n', device: 'd', place: { latitude: 48.9, longitude: 2.4 }, language: 'fr' }
    return {
      verdict: { ...shared, receipt: 'a.b.c', registered: true, ...over },
      scan: { ...shared, ...person },
    }
  }

  it('gives a verdict back as it was kept, also one about no item', async () => {
    const known = entry()
    const unknown = entry({ item: null, registered: false, verdict: 'forged' })
    await store.insert([known, unknown])
    expect(await store.find(known.verdict.id)).to.deep.equal(known.verdict)
    expect(await store.find(unknown.verdict.id)).to.deep.equal(unknown.verdict)
    expect(await store.find(newId('ver'))).to.equal(null)
  })

  it('keeps a scan apart from its verdict, and forgets it after 30 days', async () => {
    const kept = entry()
    await store.insert([kept])
    const scans = scanModel(db.connection)
    expect(await scans.findById(kept.verdict.id).lean()).to.deep.include({
      network: 'n',
      place: { latitude: 48.9, longitude: 2.4 },
    })
    const indexes = await scans.collection.indexes()
    expect(indexes.find((i) => i.expireAfterSeconds !== undefined)).to.deep.include({
      key: { at: 1 },
      expireAfterSeconds: 2_592_000,
    })
  })
})
