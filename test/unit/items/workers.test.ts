import { expect } from 'chai'
import { hexOf } from '../../../server/kernel/bytes.ts'
import { isAppError } from '../../../server/kernel/errors.ts'
import { buildTree, rootOf, startItemWorkers } from '../../../server/modules/items/index.ts'

const RULES = { prefixes: ['9521234'], latestDate: '2026-11-24' }
const LINE = '09521234001157,,x\n'

/*
 * threads of the items module
 * ├── reading: a slow source and a slow store at once; many files at once; faults of the file, the source and the store
 * └── trees: as built on this thread
 */
describe('Item workers', function () {
  this.timeout(60_000)
  const workers = startItemWorkers()
  after(() => workers.close())

  const read = (source: AsyncIterable<Uint8Array>, onRows: () => Promise<void> = async () => {}) =>
    workers.importer.read(source, { format: 'csv', rules: RULES, onRows })

  it('go on storing rows while the next bytes are waited for', async () => {
    const fourStored = Promise.withResolvers<void>()
    let stored = 0
    const source = (async function* () {
      yield Buffer.from(`gtin,serial,model\n${LINE.repeat(5_000)}`)
      await fourStored.promise
      yield Buffer.from(LINE)
    })()
    const summary = await read(source, async () => {
      stored += 1
      if (stored === 4) fourStored.resolve()
    })
    expect(summary).to.include({ total: 5_001, errorCount: 0 })
    expect(stored).to.equal(6)
  })

  it('read more files at once than there are threads', async () => {
    const files = Array.from({ length: 6 }, (_, i) =>
      read(pieces(`gtin,serial,model\n${LINE.repeat(1_500 + i)}`)),
    )
    expect((await Promise.all(files)).map((summary) => summary.total)).to.deep.equal([
      1_500, 1_501, 1_502, 1_503, 1_504, 1_505,
    ])
  })

  it('give back the fault of the file with its code and data', async () => {
    const error = await failure(read(pieces('gtin,color\n')))
    expect(isAppError(error, 'batch.columns_rejected') && error.data['unknown']).to.deep.equal(['color'])
  })

  it('give back what went wrong at the source or in the store', async () => {
    const cut = (async function* () {
      yield Buffer.from(`gtin,serial,model\n${LINE.repeat(4_000)}`)
      throw new Error('the connection is gone')
    })()
    expect(await failure(read(cut))).to.have.property('message', 'the connection is gone')
    const full = () => Promise.reject(new Error('the disk is full'))
    expect(await failure(read(pieces(`gtin,serial,model\n${LINE.repeat(4_000)}`), full))).to.have.property(
      'message',
      'the disk is full',
    )
    expect(await read(pieces(`gtin,serial,model\n${LINE}`))).to.include({ total: 1 })
  })

  it('build the tree that this thread builds', async () => {
    const leaves = Buffer.alloc(700 * 32).map((_, i) => (i * 7 + (i >> 5)) & 0xff)
    const { root, pages } = await workers.trees.build(leaves)
    expect(root).to.equal(rootOf(buildTree(leaves)))
    expect(pages.map(({ page }) => page)).to.deep.equal([0, 1, 2])
    expect(hexOf(pages[0]?.nodes ?? new Uint8Array())).to.have.length.greaterThan(2 + 64 * 256)
  })
})

async function* pieces(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i += 5_000) yield bytes.subarray(i, i + 5_000)
}

function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error,
  )
}
