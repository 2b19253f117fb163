import { Decimal128, type Document, Double, Int32, Long } from 'bson'
import { expect } from 'chai'
import fc from 'fast-check'
import { encode, rawOf } from '../../server/db/embedded/bson/codec.ts'
import { documentOf } from '../../server/db/embedded/bson/raw.ts'
import { parseSort, sortKeyOf } from '../../server/db/embedded/query/sort.ts'
import { keyOf } from '../../server/db/embedded/storage/key.ts'
import { openTestDb, type TestDb } from './support.ts'

const scalar = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom('', 'a', 'b', null, true, 0.5, Number.NaN, new Date(1), new Date(2)),
)
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
)
const inner = fc.oneof(
  value,
  fc.record({ x: value, y: value }, { requiredKeys: [] }),
  fc.array(fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }), { maxLength: 3 }),
)
const document = fc.record({ a: value, b: value, c: inner }, { requiredKeys: [] })

const operators = fc.oneof(
  value.map(($eq) => ({ $eq })),
  scalar.map(($gt) => ({ $gt })),
  scalar.map(($lte) => ({ $lte })),
  fc.tuple(scalar, scalar).map(([$gte, $lt]) => ({ $gte, $lt })),
  fc.array(value, { maxLength: 3 }).map(($in) => ({ $in })),
  scalar.map(($ne) => ({ $ne })),
  fc.boolean().map(($exists) => ({ $exists })),
)
const condition = fc.oneof(value, operators)
const filter = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'c.x', 'c.y'), condition, { maxKeys: 3 })
const order = fc.dictionary(fc.constantFrom('a', 'b', 'c.x'), fc.constantFrom(1, -1), { maxKeys: 2 })

/** What documents are ordered by, so that two orders can be compared whatever they do with ties. */
function sortKeys(sort: Record<string, number>, documents: Document[]): string[] {
  const fields = parseSort(documentOf(encode(sort)))
  return fields.length === 0
    ? []
    : documents.map((one) => sortKeyOf(fields, documentOf(encode(one))).toString('hex'))
}

const INDEXES = [
  { a: 1 },
  { b: -1 },
  { a: 1, b: -1 },
  { 'c.x': 1, 'c.y': 1 },
  { 'c.y': -1 },
  { b: 1, a: 1 },
] as const

describe('store: planner', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  it('answers any query alike with six indexes and with none', async function () {
    this.timeout(120_000)
    const pick = fc.record({
      documents: fc.array(document, { minLength: 1, maxLength: 8 }),
      queries: fc.array(fc.tuple(filter, order), { minLength: 20, maxLength: 20 }),
    })
    const property = fc.asyncProperty(pick, async ({ documents, queries }) => {
      const [plain, indexed] = [test.fresh(), test.fresh()]
      await indexed.createIndexes(INDEXES.map((key) => ({ key: { ...key } })))
      const rows = documents.map((one, _id) => ({ _id: _id as never, ...one }))
      await plain.insertMany(rows)
      const done = await indexed.insertMany(rows, { ordered: false }).catch(() => null)
      if (!done) return // two arrays in one compound index are refused, as they should be
      for (const [where, sort] of queries) {
        const wanted = await plain.find(where).sort(sort).toArray()
        const found = await indexed.find(where).sort(sort).toArray()
        expect(sortKeys(sort, found), JSON.stringify([where, sort])).to.deep.equal(sortKeys(sort, wanted))
        expect(
          found.map((one) => Number(one._id)),
          JSON.stringify(where),
        ).to.have.members(wanted.map((one) => Number(one._id)))
      }
    })
    await fc.assert(property, { numRuns: 40, seed: 20261123 })
  })
})

describe('store: order of keys', () => {
  const sign = (n: number): number => Math.sign(n)
  const order = (a: unknown, b: unknown): number => sign(keyOf(rawOf(a)).compare(keyOf(rawOf(b))))

  it('orders doubles and integers of both widths as numbers', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true }).map((n) => ({ n, value: new Double(n) })),
      fc.integer().map((n) => ({ n, value: new Int32(n) })),
    )
    fc.assert(
      fc.property(
        number,
        number,
        (a, b) => order(a.value, b.value) === sign(a.n - b.n) || Object.is(a.n - b.n, Number.NaN),
      ),
    )
  })

  it('orders 64-bit integers and decimals exactly', () => {
    const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    const near = fc
      .tuple(wide, fc.bigInt({ min: -3n, max: 3n }))
      .map(([n, d]) => [n, BigInt.asIntN(64, n + d)] as const)
    fc.assert(
      fc.property(near, ([a, b]) => {
        const expected = a < b ? -1 : a > b ? 1 : 0
        const decimal = (n: bigint): Decimal128 => Decimal128.fromString(String(n))
        expect(order(Long.fromBigInt(a), Long.fromBigInt(b))).to.equal(expected)
        expect(order(decimal(a), Long.fromBigInt(b))).to.equal(expected)
        expect(order(Long.fromBigInt(a), decimal(b))).to.equal(expected)
      }),
    )
  })

  it('orders decimals of 34 digits exactly', () => {
    const digits = fc.bigInt({ min: -(10n ** 34n - 1n), max: 10n ** 34n - 1n })
    const pair = fc.tuple(digits, fc.integer({ min: -40, max: 20 }), fc.bigInt({ min: -2n, max: 2n }))
    fc.assert(
      fc.property(pair, ([n, exponent, d]) => {
        const other = n + d > 10n ** 34n - 1n || n + d < -(10n ** 34n - 1n) ? n : n + d
        const decimal = (m: bigint): Decimal128 => Decimal128.fromString(`${m}E${exponent}`)
        expect(order(decimal(n), decimal(other))).to.equal(n < other ? -1 : n > other ? 1 : 0)
      }),
    )
  })

  it('orders texts as their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6 })
    fc.assert(
      fc.property(text, text, (a, b) => order(a, b) === Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
  })
})
