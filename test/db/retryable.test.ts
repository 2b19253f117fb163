import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Long, UUID } from 'bson'
import { expect } from 'chai'
import { type EmbeddedStore, startEmbedded } from '../../server/db/embedded/start.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { RawClient } from './raw-client.ts'

describe('embedded store: retryable writes', () => {
  let dataDir: string
  let store: EmbeddedStore
  const open = async (): Promise<RawClient> => {
    store = await startEmbedded({ path: join(dataDir, 'store.db'), log: silentLog })
    return new RawClient(store)
  }
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
  })
  afterEach(async () => {
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const lsid = { id: new UUID('00000000-0000-4000-8000-000000000001') }
  const count = (n: number): object => ({
    update: 'things',
    updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }],
    lsid,
    txnNumber: Long.fromNumber(n),
    $db: 'test',
  })
  const take = {
    findAndModify: 'things',
    query: { _id: 1 },
    update: { $inc: { n: 10 } },
    new: true,
    lsid,
    txnNumber: Long.fromNumber(3),
    $db: 'test',
  }
  const stored = async (client: RawClient): Promise<unknown> =>
    (await client.command({ find: 'things', filter: {}, $db: 'test' }))?.['cursor']

  it('does a write once however often it is sent, also after a restart', async () => {
    const client = await open()
    const first = await client.command(count(1))
    expect(await client.command(count(1))).to.deep.equal(first)
    expect(await client.command(count(2))).to.deep.include({ n: 1, nModified: 1 })
    const taken = await client.command(take)
    await store.close()
    const later = await open()
    expect(await later.command(take)).to.deep.equal(taken)
    expect(await stored(later)).to.have.deep.nested.property('firstBatch[0]', { _id: 1, n: 12 })
  })

  it('refuses a number that has passed', async () => {
    const client = await open()
    await client.command(count(5))
    expect(await client.command(count(4))).to.include({ ok: 0, code: 225, codeName: 'TransactionTooOld' })
  })

  it('does not remember a command that failed', async () => {
    const client = await open()
    const bad = { ...count(1), writeConcern: { w: 5 } }
    expect(await client.command(bad)).to.include({ ok: 0, code: 100 })
    expect(await client.command(count(1))).to.include({ ok: 1, n: 1 })
  })
})
