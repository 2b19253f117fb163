import { expect } from 'chai'
import type { Document } from 'mongodb'
import { isDuplicateKey } from '../../server/db/connection.ts'
import { failure, onMongoDb, openTestDb, type TestDb } from './support.ts'

describe('store: indexes', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  it('refuses a duplicate with the index, its pattern and the value', async () => {
    const things = test.fresh()
    await things.createIndex({ 'owner.mail': 1, kind: -1 }, { unique: true })
    await things.insertOne({ owner: { mail: 'a@b' }, kind: 1 })
    const error = await failure(things.insertOne({ owner: { mail: 'a@b' }, kind: 1 }))
    expect(isDuplicateKey(error)).to.deep.equal({
      keyPattern: { 'owner.mail': 1, kind: -1 },
      keyValue: { 'owner.mail': 'a@b', kind: 1 },
    })
    expect(error.message).to.include(
      `E11000 duplicate key error collection: ${things.namespace} index: owner.mail_1_kind_-1 dup key: {`,
    )
    expect(isDuplicateKey(new Error('other'))).to.equal(null)
  })

  it('leaves nothing of a refused insert, update or upsert behind', async () => {
    const things = test.fresh()
    await things.createIndex({ a: 1 }, { unique: true })
    await things.createIndex({ b: 1 }, { unique: true })
    await things.insertMany([
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 2, b: 2 },
    ] as never)
    await failure(things.insertOne({ a: 3, b: 1 }))
    await failure(things.updateOne({ a: 2 }, { $set: { a: 4, b: 1 } }))
    await failure(things.updateOne({ a: 9 }, { $set: { b: 2 } }, { upsert: true }))
    expect(await things.find().sort({ _id: 1 }).toArray()).to.deep.equal([
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 2, b: 2 },
    ])
    await things.insertMany([
      { a: 3, b: 3 },
      { a: 4, b: 4 },
      { a: 9, b: 9 },
    ])
    expect(await things.findOne({ a: 2 })).to.deep.equal({ _id: 2, a: 2, b: 2 })
  })

  it('treats missing as null in a unique index, and leaves it out of a sparse or partial one', async () => {
    const plain = test.fresh()
    await plain.createIndex({ a: 1 }, { unique: true })
    await plain.insertOne({})
    expect((await failure(plain.insertOne({ a: null }))).code).to.equal(11000)
    const sparse = test.fresh()
    await sparse.createIndex({ a: 1 }, { unique: true, sparse: true })
    await sparse.insertMany([{}, {}, { a: 1 }])
    expect((await failure(sparse.insertOne({ a: 1 }))).code).to.equal(11000)
    expect(await sparse.countDocuments({ a: null })).to.equal(2)
    const partial = test.fresh()
    await partial.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { live: true } })
    await partial.insertMany([{ a: 1 }, { a: 1 }, { a: 1, live: true }])
    expect((await failure(partial.insertOne({ a: 1, live: true }))).code).to.equal(11000)
    expect(await partial.countDocuments({ a: 1 })).to.equal(3)
    await partial.updateOne({ live: true }, { $set: { live: false } })
    await partial.insertOne({ a: 1, live: true })
  })

  it('keeps each element of an array unique among documents, not within one', async () => {
    const things = test.fresh()
    await things.createIndex({ tags: 1 }, { unique: true })
    await things.insertOne({ tags: ['a', 'b', 'a'] })
    expect(isDuplicateKey(await failure(things.insertOne({ tags: ['c', 'b'] })))?.keyValue).to.deep.equal({
      tags: 'b',
    })
    await things.updateOne({}, { $pull: { tags: 'b' } as never })
    await things.insertOne({ tags: ['c', 'b'] })
  })

  it('refuses two arrays in one compound index', async () => {
    const things = test.fresh()
    await things.createIndex({ a: 1, b: 1 })
    await things.insertMany([
      { a: [1, 2], b: 1 },
      { a: 1, b: [1, 2] },
    ])
    expect((await failure(things.insertOne({ a: [1], b: [2] }))).code).to.equal(171)
    expect(await things.countDocuments({ a: 1, b: 1 })).to.equal(2)
  })

  it('does not mix elements of one array in a compound condition', async () => {
    const things = test.fresh()
    await things.createIndex({ 'r.x': 1, 'r.y': 1 })
    await things.insertOne({
      r: [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    })
    expect(await things.countDocuments({ 'r.x': 1, 'r.y': 4 })).to.equal(1)
    expect(await things.countDocuments({ r: { $elemMatch: { x: 1, y: 4 } } })).to.equal(0)
    expect(await things.countDocuments({ 'r.x': { $gt: 1, $lt: 2 } })).to.equal(1)
  })

  it('builds an index over what is there, and nothing where that is not unique', async () => {
    const things = test.fresh()
    await things.insertMany([{ a: 1 }, { a: 1 }])
    expect((await failure(things.createIndex({ a: 1 }, { unique: true }))).code).to.equal(11000)
    await things.deleteOne({ a: 1 })
    expect(await things.createIndex({ a: 1 }, { unique: true })).to.equal('a_1')
    expect((await failure(things.insertOne({ a: 1 }))).code).to.equal(11000)
  })

  it('lists and drops indexes, and notices other definitions of a name', async () => {
    const things = test.fresh()
    await things.createIndex({ a: 1, b: -1 }, { unique: true, name: 'ab' })
    await things.createIndex({ a: 1, b: -1 }, { unique: true, name: 'ab' })
    const listed = (await things.indexes()).map(({ key, name, unique }) => ({ key, name, unique }))
    expect(listed).to.deep.equal([
      { key: { _id: 1 }, name: '_id_', unique: undefined },
      { key: { a: 1, b: -1 }, name: 'ab', unique: true },
    ])
    expect((await failure(things.createIndex({ c: 1 }, { name: 'ab' }))).code).to.equal(86)
    expect((await failure(things.createIndex({ a: 1, b: -1 }, { name: 'ab' }))).code).to.be.oneOf([85, 86])
    await things.dropIndex('ab')
    expect((await things.indexes()).length).to.equal(1)
    expect((await failure(things.dropIndex('ab'))).code).to.equal(27)
    expect((await failure(things.dropIndex('_id_'))).code).to.equal(72)
  })

  /** Which index serves a query, and whether documents must be sorted afterwards. */
  const planOf = async (
    things: ReturnType<TestDb['fresh']>,
    filter: Document,
    sort: Document = {},
  ): Promise<string> => {
    const { queryPlanner } = await things
      .find(filter)
      .sort(sort as never)
      .explain('queryPlanner')
    const plan = queryPlanner.winningPlan
    const sorted = plan.stage === 'SORT'
    const scan = sorted ? plan.inputStage : plan
    return `${sorted ? 'SORT ' : ''}${scan.inputStage?.indexName ?? scan.stage}`
  }

  it('plans equality, lists, ranges and order through indexes', async () => {
    if (onMongoDb) return
    const things = test.fresh()
    await things.insertMany([
      { a: 1, b: 1, c: 1 },
      { a: 2, b: 2, c: 2 },
    ])
    await things.createIndexes([{ key: { a: 1, b: -1 } }, { key: { c: 1 }, unique: true }])
    expect(await planOf(things, { c: 1, a: 1 })).to.equal('c_1')
    expect(await planOf(things, { a: 1 })).to.equal('a_1_b_-1')
    expect(await planOf(things, { a: { $in: [1, 2] } })).to.equal('a_1_b_-1')
    expect(await planOf(things, { a: 1, b: { $gt: 1 } }, { b: 1 })).to.equal('a_1_b_-1')
    expect(await planOf(things, { a: 1 }, { b: 1 })).to.equal('a_1_b_-1')
    expect(await planOf(things, {}, { a: -1, b: 1 })).to.equal('a_1_b_-1')
    expect(await planOf(things, {}, { a: 1, b: 1 })).to.equal('SORT COLLSCAN')
    expect(await planOf(things, { b: 1 })).to.equal('COLLSCAN')
    expect(await planOf(things, { _id: 1 })).to.equal('_id_')
    const hinted = await things.find().hint({ a: 1, b: -1 }).explain('queryPlanner')
    expect(hinted.queryPlanner.winningPlan.inputStage.indexName).to.equal('a_1_b_-1')
    expect((await failure(things.find().hint('nothing').toArray())).code).to.equal(2)
  })
})
