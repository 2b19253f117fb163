import { expect } from 'chai'
import { type Document, Double, Int32, Long } from 'mongodb'
import { failure, openTestDb, type TestDb } from './support.ts'

/** [title, document, update, what becomes of it] */
const CHANGES: [string, Document, Document | Document[], Document][] = [
  [
    '$set makes nested fields in the order of their paths',
    { a: 1 },
    { $set: { 'z.b': 1, 'z.a': 2, m: 3 } },
    { a: 1, m: 3, z: { a: 2, b: 1 } },
  ],
  [
    '$set reaches into arrays and pads them with null',
    { l: [1] },
    { $set: { 'l.0': 9, 'l.3': 4 } },
    { l: [9, null, null, 4] },
  ],
  [
    '$unset removes, and leaves null in arrays',
    { a: 1, b: 2, l: [1, 2] },
    { $unset: { a: '', 'l.0': '', no: '' } },
    { b: 2, l: [null, 2] },
  ],
  [
    '$inc and $mul count from nothing',
    { a: 2 },
    { $inc: { a: 3, b: 1 }, $mul: { c: 5 } },
    { a: 5, b: 1, c: 0 },
  ],
  [
    '$min and $max compare as BSON',
    { a: 5, b: 5, c: 'x' },
    { $min: { a: 3, b: 9 }, $max: { c: 1, d: 4 } },
    { a: 3, b: 5, c: 'x', d: 4 },
  ],
  [
    '$push appends, also to what is missing',
    { l: [1] },
    { $push: { l: 2, m: 'x' } },
    { l: [1, 2], m: ['x'] },
  ],
  [
    '$push takes modifiers',
    { l: [3, 1] },
    { $push: { l: { $each: [2, 9], $sort: -1, $slice: 3 } } },
    { l: [9, 3, 2] },
  ],
  [
    '$push puts at a position',
    { l: [1, 4] },
    { $push: { l: { $each: [2, 3], $position: 1 } } },
    { l: [1, 2, 3, 4] },
  ],
  [
    '$push sorts documents by a field',
    { l: [{ k: 2 }] },
    { $push: { l: { $each: [{ k: 1 }, { k: 3 }], $sort: { k: 1 } } } },
    { l: [{ k: 1 }, { k: 2 }, { k: 3 }] },
  ],
  [
    '$addToSet keeps one of each',
    { l: [1, 'a'] },
    { $addToSet: { l: { $each: [1, 'b', 'a', 'b'] } } },
    { l: [1, 'a', 'b'] },
  ],
  [
    '$pull by value, condition and fields',
    { a: [1, 2, 1], b: [1, 5, 9], c: [{ k: 1, v: 2 }, { k: 2 }] },
    { $pull: { a: 1, b: { $gt: 4 }, c: { k: 1 } } },
    { a: [2], b: [1], c: [{ k: 2 }] },
  ],
  [
    '$pullAll and $pop',
    { a: [1, 2, 3], b: [1, 2], c: [1, 2] },
    { $pullAll: { a: [1, 3] }, $pop: { b: 1, c: -1 } },
    { a: [2], b: [1], c: [2] },
  ],
  ['$rename moves', { a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
  ['$bit works on integers', { a: 12 }, { $bit: { a: { and: 10, or: 1 } } }, { a: 9 }],
  [
    '$[] changes every element',
    { l: [{ v: 1 }, { v: 2 }] },
    { $inc: { 'l.$[].v': 10 } },
    { l: [{ v: 11 }, { v: 12 }] },
  ],
  [
    'a pipeline computes from fields',
    { a: 2, b: 3 },
    [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'b' }],
    { a: 2, sum: 5 },
  ],
]

const REFUSED: [Document, number[]][] = [
  [{ $bad: { a: 1 } }, [9]],
  [{ $inc: { s: 1 } }, [14]],
  [{ $inc: { a: 'x' } }, [14]],
  [{ $push: { a: 1 } }, [2]],
  [{ $set: { 'a.b': 1 } }, [28]],
  [{ $set: { a: 1, 'a.b': 2 } }, [40]],
  [{ $set: { a: 1 }, $inc: { a: 1 } }, [40]],
  [{ $set: { _id: 9 } }, [66]],
  [{ $set: { '$[x]': 1 } }, [2, 52]],
  [{ $set: { $: 1 } }, [2, 52]],
  [{ $set: { 'a..b': 1 } }, [2, 56]],
]

describe('store: updates', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  for (const [title, before, update, expected] of CHANGES) {
    it(title, async () => {
      const things = test.fresh()
      await things.insertOne({ _id: 1 as never, ...before })
      const done = await things.updateOne({ _id: 1 as never }, update)
      expect([done.matchedCount, done.modifiedCount]).to.deep.equal([1, 1])
      const after = await things.findOne()
      expect(JSON.stringify(after)).to.equal(JSON.stringify({ _id: 1, ...expected }))
    })
  }

  it('counts a document that stays as it is as matched and not as modified', async () => {
    const things = test.fresh()
    await things.insertMany([
      { a: 1, l: [1] },
      { a: 2, l: [1] },
    ])
    const done = await things.updateMany({}, { $set: { a: 1 }, $addToSet: { l: 1 } })
    expect([done.matchedCount, done.modifiedCount]).to.deep.equal([2, 1])
  })

  it('changes the element that the query matched, by $ and by array filters', async () => {
    const things = test.fresh()
    await things.insertOne({
      _id: 1 as never,
      rows: [
        { k: 'a', v: 1 },
        { k: 'b', v: 2 },
        { k: 'c', v: 3 },
      ],
      n: [5, 6],
    })
    await things.updateOne({ 'rows.k': 'b' }, { $set: { 'rows.$.v': 20 } })
    await things.updateOne({ rows: { $elemMatch: { k: 'c', v: 3 } } }, { $set: { 'rows.$.v': 30 } })
    await things.updateOne({ n: { $gt: 5 } }, { $inc: { 'n.$': 1 } })
    await things.updateOne(
      {},
      { $inc: { 'rows.$[big].v': 1 } },
      { arrayFilters: [{ 'big.v': { $gte: 20 } }] },
    )
    expect(await things.findOne()).to.deep.equal({
      _id: 1,
      rows: [
        { k: 'a', v: 1 },
        { k: 'b', v: 21 },
        { k: 'c', v: 31 },
      ],
      n: [5, 7],
    })
    expect((await failure(things.updateOne({ _id: 1 as never }, { $set: { 'rows.$.v': 1 } }))).code).to.equal(
      2,
    )
  })

  it('takes positions from the document as the query found it', async () => {
    const things = test.fresh()
    await things.insertOne({ _id: 1 as never, rows: [{ k: 'a' }, { k: 'b' }] })
    await things.updateOne({ 'rows.k': 'b' }, { $set: { 'rows.$.k': 'c', 'rows.$.seen': true } })
    expect(await things.findOne()).to.deep.equal({ _id: 1, rows: [{ k: 'a' }, { k: 'c', seen: true }] })
    await things.updateOne(
      { _id: 1 as never },
      { $pull: { rows: { $or: [{ k: 'a' }, { seen: false }] } as never } },
    )
    expect(await things.findOne({ 'rows.k': 'c' }, { projection: { 'rows.$': 1, _id: 0 } })).to.deep.equal({
      rows: [{ k: 'c', seen: true }],
    })
  })

  it('makes the document of an upsert from the equalities of its filter and the update', async () => {
    const things = test.fresh()
    const filter = { $and: [{ a: 1 }, { 'b.c': 'x' }], n: { $gt: 5 }, _id: 'me' as never }
    const done = await things.updateOne(
      filter,
      { $set: { z: 1 }, $setOnInsert: { made: 2 }, $inc: { count: 1 } },
      { upsert: true },
    )
    expect(done.upsertedId).to.equal('me')
    const found = await things.findOne()
    expect(JSON.stringify(found)).to.equal(
      JSON.stringify({ _id: 'me', a: 1, b: { c: 'x' }, count: 1, made: 2, z: 1 }),
    )
    await things.updateOne({ _id: 'me' as never }, { $setOnInsert: { made: 3 } }, { upsert: true })
    expect((await things.findOne())?.['made']).to.equal(2)
  })

  it('keeps the BSON types of what it does not touch and widens sums as MongoDB does', async () => {
    const things = test.fresh()
    await things.insertOne({
      _id: 1 as never,
      d: new Double(1),
      l: Long.fromNumber(7),
      i: new Int32(2_147_483_647),
      half: 0.5,
    })
    await things.updateOne({}, { $inc: { i: 1, half: 1, l: 1 }, $set: { x: 1 } })
    const types = await things.findOne({
      d: { $type: 'double' },
      l: { $type: 'long' },
      i: { $type: 'long' },
      half: { $type: 'double' },
    })
    expect(types).to.deep.equal({ _id: 1, d: 1, l: 8, i: 2_147_483_648, half: 1.5, x: 1 })
  })

  it('refuses updates with MongoDB’s code and leaves the document alone', async () => {
    const things = test.fresh()
    const document = { _id: 1, a: 5, s: 'text' }
    await things.insertOne(document as never)
    for (const [update, codes] of REFUSED) {
      expect(
        (await failure(things.updateOne({ _id: 1 as never }, update))).code,
        JSON.stringify(update),
      ).to.be.oneOf(codes)
    }
    expect(await things.findOne()).to.deep.equal(document)
  })

  it('sets and unsets fields whose names begin with a dollar sign', async () => {
    const things = test.fresh()
    const upserted = { $set: { $top: 1, 'in.$each': [2], 'in.$*.n': 3 }, $inc: { $count: 1 } }
    await things.updateOne({ _id: 1 as never }, upserted, { upsert: true })
    const made = { _id: 1, $top: 1, $count: 1, in: { $each: [2], '$*': { n: 3 } } }
    expect(await things.findOne()).to.deep.equal(made)
    await things.updateOne(
      { _id: 1 as never },
      { $unset: { 'in.$*': '', $count: '' }, $set: { 'in.$each.0': 4 } },
    )
    expect(await things.findOne()).to.deep.equal({ _id: 1, $top: 1, in: { $each: [4] } })
  })

  it('changes no document twice when an update moves it along the index it is read by', async () => {
    const things = test.fresh()
    await things.createIndex({ n: 1 })
    await things.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })))
    const done = await things.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1_000, times: 1 } })
    expect(done.modifiedCount).to.equal(300)
    expect(await things.countDocuments({ times: 1, n: { $gte: 1_000 } })).to.equal(300)
  })
})
