import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Hex } from '../../../server/kernel/bytes.ts'
import { isAppError } from '../../../server/kernel/errors.ts'
import { readCertificate, verifyCertificate } from '../../../server/modules/certificates/index.ts'
import {
  type ItemRecord,
  leafHash,
  type StoredBatch,
  verifyProof,
} from '../../../server/modules/items/index.ts'
import type { NewItems } from '../../../server/modules/items/ports.ts'
import { BRAND, type Fixture, itemsFixture, KEY, startItemWorkers } from './items-fixture.ts'

const HEADER = 'gtin,serial,model'
const GTIN = '09521234001157'
const SAMPLE = readFileSync(new URL('../../golden/samples/items-1000.csv', import.meta.url))

/*
 * a registration
 * ├── whole way: queued → signing → anchoring → anchored; every item proves its certificate under the root
 * ├── refused: nothing stays; items registered before are named by line
 * ├── Idempotency-Key: same file same batch, other file refused, racing uploads one batch
 * ├── crash after any step: the next run goes on, nothing twice
 * ├── race for a serial: the later batch fails with its lines and gives its other serials back
 * └── chain: undecided → comes back; refused → failed, serials free again
 */
describe('Registration of a batch', function () {
  this.timeout(30_000)
  const workers = startItemWorkers()
  let fixture: Fixture
  beforeEach(() => {
    fixture = itemsFixture(workers)
  })
  after(() => workers.close())

  it('goes from a file of 1,000 lines to one anchor, under which every certificate is proved', async () => {
    const queued = await fixture.submit(SAMPLE)
    expect(queued).to.include({ status: 'queued', total: 1_000, done: 0, brandId: BRAND.id })
    await fixture.run('batches')
    const anchoring = await fixture.batch(queued.id)
    expect(anchoring).to.include({ status: 'anchoring', done: 1_000 })
    await fixture.run('anchors')
    const anchored = await fixture.batch(queued.id)
    expect(anchored).to.include({
      status: 'anchored',
      gasUsed: 70_000,
      transactionHash: `0x${'cd'.repeat(32)}`,
    })
    expect([...fixture.chain.calls.values()]).to.deep.equal([
      { contract: 'ItemRegistry', method: 'anchor', args: [BRAND.chainId, anchored.root, 1_000, 0] },
    ])
    expect(fixture.stores.counts()).to.deep.equal({ batches: 1, chunks: 0, items: 1_000 })
    for (const item of await itemsOf(fixture, anchored)) await expectProved(fixture, item)
  })

  it('stores nothing of a file with a mistake, and says what is wrong', async () => {
    const error = await refusal(fixture.submit(`${HEADER}\n${GTIN},A1,ok\n${GTIN},A2,\n`))
    expect(error.code).to.equal('batch.rejected')
    expect(error.data).to.deep.equal({
      total: 2,
      errorCount: 1,
      errors: [{ line: 3, field: 'model', code: 'item.required', message: 'model is empty' }],
    })
    expect(fixture.stores.counts()).to.deep.equal({ batches: 0, chunks: 0, items: 0 })
  })

  it('names by line the items that were registered before', async () => {
    await register(fixture, `${HEADER}\n${GTIN},A1,x\n`)
    const error = await refusal(fixture.submit(`${HEADER}\n${GTIN},A0,x\n${GTIN},A1,x\n`))
    expect((error.data['errors'] as unknown[])[0]).to.include({
      line: 3,
      field: 'serial',
      code: 'item.already_registered',
    })
    expect(fixture.stores.counts()).to.deep.equal({ batches: 1, chunks: 0, items: 1 })
  })

  it('leaves nothing behind when the upload is cut off', async () => {
    const source = (async function* () {
      yield Buffer.from(`${HEADER}\n${`${GTIN},,x\n`.repeat(5_000)}`)
      throw new Error('the connection is gone')
    })()
    const submission = { brand: BRAND, source, format: 'csv', idempotencyKey: null } as const
    const error = await fixture.items.submission.submit(submission).then(
      () => null,
      (reason: Error) => reason,
    )
    expect(error?.message).to.equal('the connection is gone')
    expect(fixture.stores.counts()).to.deep.equal({ batches: 0, chunks: 0, items: 0 })
  })

  it('is refused while the brand is not active', async () => {
    const source = (async function* () {
      yield Buffer.from(`${HEADER}\n${GTIN},A1,x\n`)
    })()
    const submission = {
      brand: { ...BRAND, status: 'suspended' },
      source,
      format: 'csv',
      idempotencyKey: null,
    } as const
    expect((await refusal(fixture.items.submission.submit(submission))).code).to.equal('batch.conflict')
  })

  it('answers the same batch to the same file under one Idempotency-Key, also after it was anchored', async () => {
    const first = await register(fixture, `${HEADER}\n${GTIN},A1,x\n`, 'key-1')
    const again = await fixture.submit(`${HEADER}\n${GTIN},A1,x\n`, 'key-1')
    expect(again.id).to.equal(first.id)
    expect(fixture.stores.counts()).to.deep.equal({ batches: 1, chunks: 0, items: 1 })
  })

  it('refuses another file under the same Idempotency-Key', async () => {
    await register(fixture, `${HEADER}\n${GTIN},A1,x\n`, 'key-1')
    const error = await refusal(fixture.submit(`${HEADER}\n${GTIN},A2,x\n`, 'key-1'))
    expect(error.code).to.equal('idempotency.mismatch')
    expect(fixture.stores.counts()).to.include({ batches: 1, chunks: 0 })
  })

  it('makes one batch of uploads that race under one Idempotency-Key', async () => {
    const uploads = Array.from({ length: 4 }, () => fixture.submit(`${HEADER}\n${GTIN},,x\n`, 'key-1'))
    const ids = (await Promise.all(uploads)).map((batch) => batch.id)
    expect(new Set(ids).size).to.equal(1)
    expect(fixture.stores.counts()).to.deep.equal({ batches: 1, chunks: 1, items: 0 })
  })

  for (const step of ['insert items', 'mark chunk', 'store pages', 'note the root'] as const) {
    it(`goes on after a crash at the step: ${step}`, async () => {
      const queued = await fixture.submit(
        `${HEADER}\n${Array.from({ length: 2_100 }, (_, i) => `${GTIN},S${i},x`).join('\n')}`,
      )
      crashOnce(fixture, step)
      const crash = await fixture.run('batches').then(
        () => null,
        (reason: Error) => reason,
      )
      expect(crash?.message).to.equal(`crash at: ${step}`)
      await fixture.run('batches')
      await fixture.run('anchors')
      const batch = await fixture.batch(queued.id)
      expect(batch).to.include({ status: 'anchored', done: 2_100 })
      const items = await itemsOf(fixture, batch)
      expect(items.map((item) => item.index)).to.deep.equal(Array.from({ length: 2_100 }, (_, i) => i))
      for (const item of items.filter((_, i) => i % 53 === 0)) await expectProved(fixture, item)
    })
  }

  it('fails the later of two batches that race for a serial, with its line, and frees its other serials', async () => {
    const winner = await fixture.submit(`${HEADER}\n${GTIN},TWICE,x\n`)
    const loser = await fixture.submit(`${HEADER}\n${GTIN},OTHER,x\n${GTIN},TWICE,x\n`)
    await fixture.run('batches')
    await fixture.run('anchors')
    expect((await fixture.batch(winner.id)).status).to.equal('anchored')
    const failed = await fixture.batch(loser.id)
    expect(failed.status).to.equal('failed')
    expect(failed.errors).to.have.length(1)
    expect(failed.errors[0]).to.include({ line: 3, field: 'serial', code: 'item.already_registered' })
    expect(fixture.stores.counts().items).to.equal(1)
    await register(fixture, `${HEADER}\n${GTIN},OTHER,x\n`)
  })

  it('comes back to an anchor that the chain has not decided, without asking for a second one', async () => {
    fixture.chain.outcome = 'submitted'
    const queued = await fixture.submit(`${HEADER}\n${GTIN},A1,x\n`)
    await fixture.run('batches')
    await fixture.run('anchors')
    expect((await fixture.batch(queued.id)).status).to.equal('anchoring')
    fixture.chain.outcome = 'final'
    await fixture.run('anchors')
    expect((await fixture.batch(queued.id)).status).to.equal('anchored')
    expect(fixture.chain.calls.size).to.equal(1)
  })

  it('fails when the chain refuses the anchor, with its reason, and frees the serials', async () => {
    fixture.chain.outcome = 'failed'
    const queued = await fixture.submit(`${HEADER}\n${GTIN},A1,x\n`)
    await fixture.run('batches')
    await fixture.run('anchors')
    const failed = await fixture.batch(queued.id)
    expect(failed.status).to.equal('failed')
    expect(failed.errors[0]).to.include({ code: 'chain.brand_suspended', field: 'batch' })
    fixture.chain.outcome = 'final'
    await register(fixture, `${HEADER}\n${GTIN},A1,x\n`)
  })

  it('sweeps chunks of failed batches at once, and of abandoned uploads after six hours only', async () => {
    const rows = Buffer.from('[]')
    const chunk = { number: 0, firstIndex: 0, count: 0, rows, salts: Buffer.alloc(0) }
    await fixture.stores.chunks.insert({
      ...chunk,
      batchId: 'bat_young',
      createdAtMs: fixture.deps.clock.nowMs(),
    })
    await fixture.stores.chunks.insert({
      ...chunk,
      batchId: 'bat_old',
      createdAtMs: fixture.deps.clock.nowMs() - 7 * 3_600_000,
    })
    await fixture.submit(`${HEADER}\n${GTIN},A1,x\n`)
    await fixture.run('batch-sweep')
    expect(fixture.stores.counts().chunks).to.equal(2)
  })
})

async function register(fixture: Fixture, text: string, key: string | null = null): Promise<StoredBatch> {
  const { id } = await fixture.submit(text, key)
  await fixture.run('batches')
  await fixture.run('anchors')
  const batch = await fixture.batch(id)
  expect(batch.status).to.equal('anchored')
  return batch
}

async function expectProved(fixture: Fixture, item: ItemRecord): Promise<void> {
  const reading = readCertificate(item.certificate)
  if (!reading.ok) throw new Error(reading.fault)
  expect(await verifyCertificate(reading.certificate, KEY.publicKey)).to.equal(true)
  const proof = await fixture.items.reader.proof(item)
  const leaf = leafHash({ ...item, certificateDigest: reading.certificate.digest })
  expect(verifyProof(leaf, proof?.siblings ?? [], proof?.root as Hex)).to.equal(true)
}

async function itemsOf(fixture: Fixture, batch: StoredBatch): Promise<ItemRecord[]> {
  return fixture.stores.items.ofBatch(batch.id, { from: 0, limit: batch.total })
}

type Step = 'insert items' | 'mark chunk' | 'store pages' | 'note the root'

/** Makes one step of the work throw, on the second chunk where it is done for each: as a kill there would. */
function crashOnce({ deps, stores }: Fixture, step: Step): void {
  let left = step === 'insert items' || step === 'mark chunk' ? 2 : 1
  const isTheTime = () => --left === 0
  const crash = async (): Promise<never> => Promise.reject(new Error(`crash at: ${step}`))
  if (step === 'insert items') {
    const insertHalf = async (order: NewItems) => {
      await stores.items.insert({ ...order, items: order.items.slice(0, order.items.length / 2) })
      return crash()
    }
    deps.items = {
      ...stores.items,
      insert: (order) => (isTheTime() ? insertHalf(order) : stores.items.insert(order)),
    }
  } else if (step === 'mark chunk') {
    const { markMinted } = stores.chunks
    deps.chunks = { ...stores.chunks, markMinted: (...mark) => (isTheTime() ? crash() : markMinted(...mark)) }
  } else if (step === 'store pages') {
    deps.pages = { ...stores.pages, put: (...pages) => (isTheTime() ? crash() : stores.pages.put(...pages)) }
  } else {
    const { change } = stores.batches
    deps.batches = {
      ...stores.batches,
      change: (batch, to) => (to.root && isTheTime() ? crash() : change(batch, to)),
    }
  }
}

async function refusal(attempt: Promise<unknown>): Promise<{ code: string; data: Record<string, unknown> }> {
  try {
    await attempt
  } catch (error) {
    if (isAppError(error)) return { code: error.code, data: error.data }
    throw error
  }
  throw new Error('it was not refused')
}
