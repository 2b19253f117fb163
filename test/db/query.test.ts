import { expect } from 'chai'
import { Binary, Decimal128, type Document, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'mongodb'
import { failure, onMongoDb, openTestDb, type TestDb } from './support.ts'

/** In the order in which MongoDB sorts them; neighbours in one row are equal. */
const ORDER: unknown[][] = [
  [new MinKey()],
  [null],
  [Number.NaN],
  [Number.NEGATIVE_INFINITY],
  [Long.fromString('-9007199254740993')],
  [-1.5],
  [-0, 0, Long.fromNumber(0), Decimal128.fromString('0')],
  [Decimal128.fromString('0.1')],
  [0.1],
  [1, Long.fromNumber(1), Decimal128.fromString('1.0')],
  [9007199254740992],
  [Long.fromString('9007199254740993'), Decimal128.fromString('9007199254740993')],
  [9007199254740994],
  [Number.POSITIVE_INFINITY],
  [''],
  ['A'],
  ['a'],
  ['a\0'],
  ['ab'],
  ['é'],
  [{}],
  [{ a: 1 }],
  [{ a: 1, b: 1 }],
  [{ a: 2 }],
  [{ a: 'x' }],
  [new Binary(Buffer.of(9))],
  [new Binary(Buffer.of(0, 0))],
  [new ObjectId('000000000000000000000001')],
  [new ObjectId('000000000000000000000002')],
  [false],
  [true],
  [new Date(-5)],
  [new Date(5)],
  [new Timestamp({ t: 1, i: 1 })],
  [/a/],
  [new MaxKey()],
]

/** Documents of the table below, by name; each row says which ones a filter finds. */
const DOCUMENTS: Document[] = [
  {
    _id: 'one',
    n: 1,
    s: 'apple',
    tags: ['x', 'y'],
    sub: { a: 1 },
    rows: [
      { k: 'p', v: 1 },
      { k: 'q', v: 5 },
    ],
  },
  { _id: 'two', n: 2, s: 'Banana', tags: [], sub: { a: null }, rows: [{ k: 'p', v: 5 }] },
  { _id: 'three', n: 3.5, s: 'cherry', tags: ['y', ['z']], sub: {}, rows: [] },
  { _id: 'none' },
  { _id: 'null', n: null, s: null, tags: null, sub: 7 },
  { _id: 'array', n: [1, 9], s: ['apple', 'x'], sub: [{ a: 1 }, { b: 2 }], grid: [[1, 2], [3]] },
]

const FILTERS: [Document, string[]][] = [
  [{ n: 1 }, ['one', 'array']],
  [{ n: { $eq: null } }, ['none', 'null']],
  [{ n: { $ne: null } }, ['one', 'two', 'three', 'array']],
  [{ n: { $gt: 1 } }, ['two', 'three', 'array']],
  [{ n: { $gt: 1, $lt: 3 } }, ['two', 'array']],
  [{ n: { $gte: 2, $lte: 3.5 } }, ['two', 'three', 'array']],
  [{ n: { $gt: 'a' } }, []],
  [{ n: { $in: [2, null] } }, ['two', 'none', 'null']],
  [{ n: { $nin: [1, 2] } }, ['three', 'none', 'null']],
  [{ n: { $not: { $gt: 1 } } }, ['one', 'none', 'null']],
  [{ n: { $exists: true } }, ['one', 'two', 'three', 'null', 'array']],
  [{ n: { $exists: false } }, ['none']],
  [{ n: { $type: 'number' } }, ['one', 'two', 'three', 'array']],
  [{ n: { $type: 'double' } }, ['three']],
  [{ n: { $mod: [2, 1] } }, ['one', 'three', 'array']],
  [{ n: [1, 9] }, ['array']],
  [{ 'n.1': 9 }, ['array']],
  [{ 'grid.0.1': 2 }, ['array']],
  [{ grid: [3] }, ['array']],
  [{ s: 'apple' }, ['one', 'array']],
  [{ s: /^a/ }, ['one', 'array']],
  [{ s: /an/i }, ['two']],
  [{ s: { $regex: 'B', $options: 'i' } }, ['two']],
  [{ s: { $not: /p/ } }, ['two', 'three', 'none', 'null']],
  [{ s: { $in: [/^c/, 'x'] } }, ['three', 'array']],
  [{ tags: 'y' }, ['one', 'three']],
  [{ tags: { $all: ['x', 'y'] } }, ['one']],
  [{ tags: { $size: 0 } }, ['two']],
  [{ tags: [] }, ['two']],
  [{ tags: ['z'] }, ['three']],
  [{ tags: { $elemMatch: { $gt: 'x' } } }, ['one', 'three']],
  [{ tags: { $type: 'array' } }, ['one', 'two', 'three']],
  [{ 'sub.a': 1 }, ['one', 'array']],
  [{ 'sub.a': null }, ['two', 'three', 'none', 'null', 'array']],
  [{ 'sub.a': { $exists: false } }, ['three', 'none', 'null']],
  [{ sub: { a: 1 } }, ['one', 'array']],
  [{ rows: { $elemMatch: { k: 'p', v: 5 } } }, ['two']],
  [{ 'rows.k': 'p', 'rows.v': 5 }, ['one', 'two']],
  [{ rows: { $not: { $elemMatch: { v: { $gt: 4 } } } } }, ['three', 'none', 'null', 'array']],
  [{ $or: [{ n: 2 }, { s: 'cherry' }] }, ['two', 'three']],
  [{ $nor: [{ n: 2 }, { s: 'cherry' }] }, ['one', 'none', 'null', 'array']],
  [{ $and: [{ n: { $gt: 0 } }, { $or: [{ n: 1 }, { n: 2 }] }] }, ['one', 'two', 'array']],
  [{ $expr: { $gt: [{ $size: { $ifNull: ['$rows', []] } }, 1] } }, ['one']],
  [{ $expr: { $eq: ['$sub.a', 1] } }, ['one']],
]

describe('store: queries', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  it('sorts every BSON type as MongoDB does, with an index and without', async () => {
    const flat = ORDER.flatMap((row, rank) => row.map((v) => ({ v, rank })))
    const shuffled = flat
      .map((one, i) => ({ ...one, _id: (i * 7919) % flat.length }))
      .sort((a, b) => a._id - b._id)
    for (const indexed of [false, true]) {
      const things = test.fresh()
      await things.insertMany(shuffled as never)
      if (indexed) await things.createIndex({ v: 1 })
      const up = await things.find().sort({ v: 1 }).toArray()
      expect(up.map((one) => one['rank'])).to.deep.equal(flat.map((one) => one.rank))
      const down = await things.find().sort({ v: -1 }).toArray()
      expect(down.map((one) => one['rank'])).to.deep.equal(flat.map((one) => one.rank).reverse())
    }
  })

  it('finds the same documents with and without an index on each field', async () => {
    const plain = test.fresh()
    const indexed = test.fresh()
    await plain.insertMany(DOCUMENTS as never)
    await indexed.insertMany(DOCUMENTS as never)
    for (const field of ['n', 's', 'tags', 'sub', 'sub.a', 'rows.k', 'rows.v'])
      await indexed.createIndex({ [field]: 1 })
    for (const [filter, expected] of FILTERS) {
      for (const things of [plain, indexed]) {
        const found = (await things.find(filter).toArray()).map((one) => one._id)
        expect(found, JSON.stringify(filter)).to.have.members(expected)
      }
    }
  })

  it('sorts arrays by their least element upwards and their greatest downwards', async () => {
    const things = test.fresh()
    await things.insertMany([
      { _id: 'a', v: [5, 1] },
      { _id: 'b', v: 3 },
      { _id: 'c', v: [] },
      { _id: 'd', v: [2, 4] },
    ] as never)
    expect((await things.find().sort({ v: 1 }).toArray()).map((one) => one._id)).to.deep.equal([
      'c',
      'a',
      'd',
      'b',
    ])
    expect((await things.find().sort({ v: -1 }).toArray()).map((one) => one._id)).to.deep.equal([
      'a',
      'd',
      'b',
      'c',
    ])
  })

  it('projects fields in, out, nested, sliced and matched', async () => {
    const things = test.fresh()
    await things.insertOne({
      _id: 1 as never,
      a: 1,
      b: { c: 2, d: 3 },
      list: [{ x: 1, y: 1 }, { x: 2, y: 2 }, 5],
    })
    const project = async (projection: Document): Promise<unknown> => things.findOne({}, { projection })
    expect(await project({ a: 1 })).to.deep.equal({ _id: 1, a: 1 })
    expect(await project({ _id: 0, 'b.c': 1 })).to.deep.equal({ b: { c: 2 } })
    expect(await project({ 'b.c': 0, list: 0 })).to.deep.equal({ _id: 1, a: 1, b: { d: 3 } })
    expect(await project({ 'list.x': 1 })).to.deep.equal({ _id: 1, list: [{ x: 1 }, { x: 2 }] })
    expect(await project({ 'list.x': 0, b: 0 })).to.deep.equal({
      _id: 1,
      a: 1,
      list: [{ y: 1 }, { y: 2 }, 5],
    })
    expect(await project({ list: { $slice: 1 }, b: 0 })).to.deep.equal({
      _id: 1,
      a: 1,
      list: [{ x: 1, y: 1 }],
    })
    expect(await project({ list: { $elemMatch: { x: 2 } } })).to.deep.equal({
      _id: 1,
      list: [{ x: 2, y: 2 }],
    })
    expect(await project({ _id: 0 })).to.deep.equal({
      a: 1,
      b: { c: 2, d: 3 },
      list: [{ x: 1, y: 1 }, { x: 2, y: 2 }, 5],
    })
  })

  it('refuses malformed queries with MongoDB’s code', async () => {
    const things = test.fresh()
    await things.insertOne({ a: 1 })
    for (const filter of [
      { a: { $bad: 1 } },
      { $or: [] },
      { $bad: [] },
      { a: { $in: 1 } },
      { a: { $size: -1 } },
      { a: { $regex: '(' } },
    ]) {
      expect(
        (await failure(things.find(filter as never).toArray())).code,
        JSON.stringify(filter),
      ).to.be.oneOf([2, 51091])
    }
  })

  it('refuses what it does not do with a sentence that names the way out', async () => {
    if (onMongoDb) return
    const things = test.fresh()
    for (const filter of [
      { $where: 'true' },
      { $text: { $search: 'x' } },
      { a: { $near: [1, 2] } },
      { $jsonSchema: {} },
    ]) {
      const error = await failure(things.find(filter as never).toArray())
      expect(error.code).to.equal(115)
      expect(error.message).to.match(
        /is not supported by the embedded store; use a real MongoDB \(MONGODB_URI\)$/,
      )
    }
    for (const work of [
      () => things.find({}, { collation: { locale: 'en' } }).toArray(),
      () => things.aggregate([{ $out: 'x' }]).toArray(),
      () => things.watch().next(),
      () => things.createIndex({ a: 'text' }),
    ]) {
      expect((await failure(work())).message).to.include('use a real MongoDB (MONGODB_URI)')
    }
  })
})
