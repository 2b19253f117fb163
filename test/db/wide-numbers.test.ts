import { expect } from 'chai'
import { type Collection, Decimal128, type Document, Double, Int32, Long } from 'mongodb'
import { failure, onMongoDb, openTestDb, type TestDb } from './support.ts'

const decimal = (text: string): Decimal128 => Decimal128.fromString(text)
const long = (text: string): Long => Long.fromString(text)

/** Ascending; each row is one number in several types. 2^53 is 9007199254740992. */
const NUMBERS: readonly (readonly (number | Double | Int32 | Long | Decimal128)[])[] = [
  [decimal('-9007199254740993.5')],
  [long('-9007199254740993'), decimal('-9007199254740993')],
  [new Double(-0.5), decimal('-0.5')],
  [new Int32(0), Long.ZERO, new Double(0), decimal('0.00')],
  [decimal('0.1')],
  [new Double(0.1)], // a little above the decimal
  [new Int32(1), Long.ONE, new Double(1), decimal('1.0'), decimal('1E+0')],
  [new Double(9007199254740992), long('9007199254740992')],
  [long('9007199254740993'), decimal('9007199254740993')],
  [decimal('9007199254740993.000001')],
  [long('9223372036854775807'), decimal('9223372036854775807')],
  [new Double(2 ** 63), decimal('9223372036854775808')],
]
const FLAT = NUMBERS.flatMap((row, rank) => row.map((n) => ({ rank, n })))

describe('store: aggregation of 64-bit integers and decimals', () => {
  let test: TestDb
  let numbers: Collection<Document>
  before(async () => {
    test = await openTestDb()
    numbers = test.fresh()
    const shuffled = FLAT.map((one, _id) => ({ _id, ...one })).sort(
      (a, b) => ((a._id * 7) % 11) - ((b._id * 7) % 11),
    )
    await numbers.insertMany(shuffled as never)
  })
  after(() => test.close())

  const run = (...pipeline: Document[]): Promise<Document[]> =>
    numbers.aggregate(pipeline, { promoteValues: false }).toArray()
  const text = (value: unknown): string => String(value)

  it('groups equal numbers of all types together, and no others', async () => {
    const groups = await numbers
      .aggregate([
        { $group: { _id: '$n', count: { $sum: 1 }, ranks: { $addToSet: '$rank' } } },
        { $sort: { _id: 1 } },
      ])
      .toArray()
    expect(groups.map(({ ranks }) => ranks)).to.deep.equal(NUMBERS.map((_, rank) => [rank]))
    expect(groups.map(({ count }) => count)).to.deep.equal(NUMBERS.map((row) => row.length))
  })

  it('groups by a document that holds them', async () => {
    const groups = await run({ $group: { _id: { key: '$n' } } })
    expect(groups).to.have.length(NUMBERS.length)
  })

  it('keeps one of equal ones in a set', async () => {
    const [all] = await run({ $group: { _id: null, set: { $addToSet: '$n' } } })
    expect(all?.['set']).to.have.length(NUMBERS.length)
  })

  it('sorts them in one order, both ways', async () => {
    for (const direction of [1, -1]) {
      const ranks = (await run({ $sort: { n: direction, _id: 1 } })).map(({ rank }) => Number(rank))
      const ascending = FLAT.map(({ rank }) => rank)
      expect(ranks).to.deep.equal(direction === 1 ? ascending : ascending.toReversed())
    }
  })

  it('finds the least and the greatest, and gives them back exactly', async () => {
    const [all] = await run({ $group: { _id: null, min: { $min: '$n' }, max: { $max: '$n' } } })
    expect(text(all?.['min'])).to.equal('-9007199254740993.5')
    const upTo = { $match: { rank: { $lte: 8 } } }
    const [some] = await run(upTo, { $sort: { _id: 1 } }, { $group: { _id: null, max: { $max: '$n' } } })
    expect(text(some?.['max'])).to.equal('9007199254740993')
  })

  it('compares them in expressions', async () => {
    const values = FLAT.map(({ n }) => n)
    const compared = await run(
      { $match: { _id: 0 } },
      {
        $project: {
          rows: values.map((a) => values.map((b) => ({ $cmp: [{ $literal: a }, { $literal: b }] }))),
        },
      },
    )
    const rows = (compared[0]?.['rows'] ?? []) as unknown[][]
    const signs = rows.map((row) => row.map(Number))
    expect(signs).to.deep.equal(FLAT.map((a) => FLAT.map((b) => Math.sign(a.rank - b.rank))))
  })

  it('matches in $match, $in and $lookup what is equal', async () => {
    const one = await run({ $match: { n: decimal('1.00') } })
    expect(one.map(({ rank }) => Number(rank))).to.deep.equal([6, 6, 6, 6, 6])
    const between = await run({
      $match: { n: { $gt: long('9007199254740992'), $lt: decimal('9007199254740993.1') } },
    })
    expect(between.map(({ rank }) => Number(rank)).sort()).to.deep.equal([8, 8, 9])
    const [found] = await run(
      { $match: { n: decimal('9007199254740993') } },
      { $limit: 1 },
      { $lookup: { from: numbers.collectionName, localField: 'n', foreignField: 'n', as: 'same' } },
    )
    const same = (found?.['same'] ?? []) as Document[]
    expect(same.map(({ rank }) => Number(rank))).to.deep.equal([8, 8])
  })

  it('takes a zero of any type for false', async () => {
    const zeros = await run({ $match: { $expr: { $not: ['$n'] } } })
    expect(zeros.map(({ rank }) => Number(rank))).to.deep.equal([3, 3, 3, 3])
    const kept = await run(
      { $match: { _id: 0 } },
      { $project: { x: { $cond: [{ $literal: decimal('0E+3') }, 'yes', 'no'] } } },
    )
    expect(kept[0]?.['x']).to.equal('no')
  })

  it('adds doubles without losing what rounding takes off, and averages them', async () => {
    const tenths = test.fresh()
    await tenths.insertMany(
      Array.from({ length: 10 }, (_, _id) => ({ _id, n: 0.1, l: Long.fromNumber(_id) })) as never,
    )
    const [sums] = await tenths
      .aggregate([
        {
          $group: {
            _id: null,
            sum: { $sum: '$n' },
            mean: { $avg: '$n' },
            longs: { $sum: '$l' },
            middle: { $avg: '$l' },
          },
        },
      ])
      .toArray()
    expect(sums).to.deep.equal({ _id: null, sum: 1, mean: 0.1, longs: 45, middle: 4.5 })
  })

  it('refuses sums and products that doubles cannot hold instead of rounding them', async () => {
    if (onMongoDb) return // a real MongoDB computes them
    const half = 2 ** 52 + 1
    const group = (accumulator: Document): Document => ({ $group: { _id: null, x: accumulator } })
    const compute = (expression: Document): Document => ({ $project: { x: expression } })
    for (const stage of [
      group({ $sum: '$n' }),
      group({ $avg: '$n' }),
      group({ $sum: { $literal: decimal('1') } }),
      group({ $sum: half }), // more than one document: 2^53 + 2 and on
      compute({ $add: ['$n', 1] }),
      compute({ $add: [half, half] }),
      compute({ $multiply: [94906267, 94906267] }),
      compute({ $pow: [3, 34] }),
      compute({ $subtract: [-half, half] }),
    ]) {
      const error = await failure(numbers.aggregate([{ $match: { rank: { $gte: 8 } } }, stage]).toArray())
      expect(error, JSON.stringify(stage)).to.include({ code: 115 })
      expect(error.message).to.match(/2\^53 is not supported .* use a real MongoDB \(MONGODB_URI\)$/)
    }
  })
})
