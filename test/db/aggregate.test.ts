import { expect } from 'chai'
import type { Document } from 'mongodb'
import { failure, openTestDb, type TestDb } from './support.ts'

const SALES = [
  { _id: 1, shop: 'a', amount: 10, tags: ['x', 'y'], at: new Date('2026-01-05T10:00:00Z') },
  { _id: 2, shop: 'b', amount: 5, tags: [], at: new Date('2026-02-05T10:00:00Z') },
  { _id: 3, shop: 'a', amount: 7.5, tags: ['y'], at: new Date('2026-02-06T10:00:00Z') },
  { _id: 4, shop: 'c', at: null },
]

/** [title, pipeline, result] */
const PIPELINES: [string, Document[], unknown[]][] = [
  [
    'groups with sums, averages, extremes and lists',
    [
      {
        $group: {
          _id: '$shop',
          n: { $sum: 1 },
          sum: { $sum: '$amount' },
          avg: { $avg: '$amount' },
          max: { $max: '$amount' },
          ids: { $push: '$_id' },
        },
      },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 'a', n: 2, sum: 17.5, avg: 8.75, max: 10, ids: [1, 3] },
      { _id: 'b', n: 1, sum: 5, avg: 5, max: 5, ids: [2] },
      { _id: 'c', n: 1, sum: 0, avg: null, max: null, ids: [4] },
    ],
  ],
  [
    'groups all, with first, last and sets',
    [
      { $sort: { _id: 1 } },
      { $unwind: '$tags' },
      {
        $group: {
          _id: null,
          first: { $first: '$_id' },
          last: { $last: '$_id' },
          tags: { $addToSet: '$tags' },
          n: { $count: {} },
        },
      },
      { $set: { tags: { $size: '$tags' } } },
    ],
    [{ _id: null, first: 1, last: 3, tags: 2, n: 3 }],
  ],
  [
    'groups by several fields and by computed ones',
    [
      { $match: { amount: { $exists: true } } },
      { $group: { _id: { shop: '$shop', month: { $month: '$at' } }, n: { $sum: 1 } } },
      { $sort: { '_id.shop': 1, '_id.month': 1 } },
    ],
    [
      { _id: { shop: 'a', month: 1 }, n: 1 },
      { _id: { shop: 'a', month: 2 }, n: 1 },
      { _id: { shop: 'b', month: 2 }, n: 1 },
    ],
  ],
  [
    'matches, sorts, skips, limits',
    [
      { $match: { amount: { $gt: 1 } } },
      { $sort: { amount: -1 } },
      { $skip: 1 },
      { $limit: 1 },
      { $project: { amount: 1 } },
    ],
    [{ _id: 3, amount: 7.5 }],
  ],
  ['counts', [{ $match: { shop: 'a' } }, { $count: 'n' }], [{ n: 2 }]],
  ['counts nothing as nothing', [{ $match: { shop: 'none' } }, { $count: 'n' }], []],
  [
    'unwinds with empty ones kept and positions',
    [
      { $match: { _id: { $lte: 2 } } },
      { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
      { $project: { tags: 1, i: 1 } },
    ],
    [
      { _id: 1, tags: 'x', i: 0 },
      { _id: 1, tags: 'y', i: 1 },
      { _id: 2, i: null },
    ],
  ],
  [
    'projects computed, nested and renamed fields',
    [
      { $match: { _id: 1 } },
      {
        $project: {
          _id: 0,
          both: { $concat: ['$shop', '-', { $toString: '$amount' }] },
          in: { day: { $dateToString: { date: '$at', format: '%Y-%m-%d' } } },
          big: { $cond: [{ $gte: ['$amount', 10] }, 'yes', 'no'] },
        },
      },
    ],
    [{ both: 'a-10', in: { day: '2026-01-05' }, big: 'yes' }],
  ],
  [
    'leaves fields out',
    [{ $match: { _id: 2 } }, { $project: { tags: 0, at: 0 } }],
    [{ _id: 2, shop: 'b', amount: 5 }],
  ],
  [
    'adds fields from arrays',
    [
      { $match: { _id: 1 } },
      {
        $project: {
          up: { $map: { input: '$tags', as: 't', in: { $toUpper: '$$t' } } },
          only: { $filter: { input: '$tags', cond: { $ne: ['$$this', 'x'] } } },
          has: { $in: ['y', '$tags'] },
          one: { $arrayElemAt: ['$tags', 1] },
          sum: { $reduce: { input: [1, 2, 3], initialValue: 0, in: { $add: ['$$value', '$$this'] } } },
        },
      },
    ],
    [{ _id: 1, up: ['X', 'Y'], only: ['y'], has: true, one: 'y', sum: 6 }],
  ],
  [
    'replaces the root and sorts by count',
    [
      { $match: { amount: { $exists: true } } },
      { $sortByCount: '$shop' },
      { $limit: 1 },
      { $replaceRoot: { newRoot: { shop: '$_id', n: '$count' } } },
    ],
    [{ shop: 'a', n: 2 }],
  ],
  [
    'runs several pipelines over one input',
    [
      {
        $facet: {
          n: [{ $count: 'all' }],
          top: [{ $sort: { amount: -1 } }, { $limit: 1 }, { $project: { _id: 1 } }],
        },
      },
    ],
    [{ n: [{ all: 4 }], top: [{ _id: 1 }] }],
  ],
  [
    'compares across types as BSON does',
    [{ $project: { _id: 1, c: { $cmp: ['$amount', 7.5] } } }, { $sort: { _id: 1 } }],
    [
      { _id: 1, c: 1 },
      { _id: 2, c: -1 },
      { _id: 3, c: 0 },
      { _id: 4, c: -1 },
    ],
  ],
  [
    'switches and falls back',
    [
      { $match: { _id: { $gte: 3 } } },
      {
        $project: {
          k: {
            $switch: {
              branches: [
                Object.fromEntries([
                  ['case', { $gt: ['$amount', 5] }],
                  ['then', 'big'],
                ]),
              ],
              default: { $ifNull: ['$amount', 'none'] },
            },
          },
        },
      },
    ],
    [
      { _id: 3, k: 'big' },
      { _id: 4, k: 'none' },
    ],
  ],
]

describe('store: aggregation', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  for (const [title, pipeline, expected] of PIPELINES) {
    it(title, async () => {
      const sales = test.fresh()
      await sales.insertMany(SALES as never)
      expect(await sales.aggregate(pipeline).toArray()).to.deep.equal(expected)
    })
  }

  it('looks up documents of another collection', async () => {
    const sales = test.fresh()
    const shops = test.fresh()
    await sales.insertMany(SALES as never)
    await shops.insertMany([
      { _id: 'a', name: 'Alpha' },
      { _id: 'b', name: 'Beta' },
    ] as never)
    const found = await sales
      .aggregate([
        { $match: { _id: { $in: [1, 4] } } },
        { $lookup: { from: shops.collectionName, localField: 'shop', foreignField: '_id', as: 'shops' } },
        { $project: { shops: 1 } },
      ])
      .toArray()
    expect(found).to.deep.equal([
      { _id: 1, shops: [{ _id: 'a', name: 'Alpha' }] },
      { _id: 4, shops: [] },
    ])
  })

  it('knows the time and the variables of the command in every kind of expression', async () => {
    const sales = test.fresh()
    await sales.insertMany(SALES as never)
    const recent = { $expr: { $and: [{ $gt: ['$$NOW', '$at'] }, { $eq: ['$shop', '$$which'] }] } }
    const options = { let: { which: 'a' } }
    expect((await sales.find(recent, options).toArray()).map((one) => one._id)).to.have.members([1, 3])
    expect(
      await sales.aggregate([{ $match: recent }, { $project: { w: '$$which', _id: 0 } }], options).toArray(),
    ).to.deep.equal([{ w: 'a' }, { w: 'a' }])
    await sales.updateMany(recent, [{ $set: { mark: '$$which' } }], options)
    expect((await sales.deleteMany({ mark: 'a' })).deletedCount).to.equal(2)
  })

  it('reads and sets fields whose names have dots and dollar signs', async () => {
    const sales = test.fresh()
    await sales.insertOne({ _id: 1 as never, a: 1 })
    await sales.updateOne({}, [
      { $replaceWith: { $setField: { field: { $literal: 'x.$y' }, input: '$$ROOT', value: 5 } } },
    ])
    expect(await sales.findOne()).to.deep.equal({ _id: 1, a: 1, 'x.$y': 5 })
    const [read] = await sales
      .aggregate([{ $project: { _id: 0, v: { $getField: { $literal: 'x.$y' } } } }])
      .toArray()
    expect(read).to.deep.equal({ v: 5 })
  })

  it('gives large results in batches', async () => {
    const sales = test.fresh()
    await sales.insertMany(Array.from({ length: 500 }, (_, n) => ({ n })))
    const found = await sales
      .aggregate([{ $match: { n: { $gte: 0 } } }, { $project: { n: 1, _id: 0 } }], { batchSize: 50 })
      .toArray()
    expect(found).to.deep.equal(Array.from({ length: 500 }, (_, n) => ({ n })))
  })

  it('refuses pipelines that are malformed', async () => {
    const sales = test.fresh()
    await sales.insertMany(SALES as never)
    for (const pipeline of [
      [{ $bad: 1 }],
      [{}],
      [{ $limit: -1 }],
      [{ $group: { n: { $sum: 1 } } }],
      [{ $project: { a: { $bad: 1 } } }],
      [{ $project: { a: '$$nobody' } }],
    ]) {
      expect((await failure(sales.aggregate(pipeline).toArray())).code, JSON.stringify(pipeline)).to.be.a(
        'number',
      )
    }
  })
})
