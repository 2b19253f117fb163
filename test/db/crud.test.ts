import { expect } from 'chai'
import { Long, ObjectId } from 'mongodb'
import { failure, openTestDb, type TestDb } from './support.ts'

describe('store: reading and writing', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  it('gives back what was stored, type by type', async () => {
    const things = test.fresh()
    const document = {
      _id: 'a',
      n: 1,
      f: 1.5,
      big: Long.fromString('9007199254740993'),
      at: new Date(5),
      id: new ObjectId(),
      list: [1, 'x', null],
      sub: { deep: [{ y: true }] },
    }
    await things.insertOne(document as never)
    expect(await things.findOne({ _id: 'a' as never })).to.deep.equal(document)
  })

  it('makes an _id where there is none, and puts it in front', async () => {
    const things = test.fresh()
    await things.updateOne({ name: 'x' }, { $set: { a: 1 } }, { upsert: true })
    const found = await things.findOne({ name: 'x' })
    expect(Object.keys(found ?? {})).to.deep.equal(['_id', 'name', 'a'])
    expect(found?._id).to.be.instanceOf(ObjectId)
  })

  it('reads in batches when there is more than one', async () => {
    const things = test.fresh()
    await things.insertMany(Array.from({ length: 1_000 }, (_, n) => ({ n })))
    const seen = await things.find({}, { batchSize: 7 }).limit(950).toArray()
    expect(seen.map((one) => one['n'])).to.deep.equal(Array.from({ length: 950 }, (_, n) => n))
  })

  it('reads more than one message of 16 MiB', async () => {
    const things = test.fresh()
    const text = 'x'.repeat(1024 * 1024)
    await things.insertMany(Array.from({ length: 20 }, (_, n) => ({ n, text })))
    const seen = await things.find().toArray()
    expect(seen.map((one) => [one['n'], one['text'].length])).to.deep.equal(
      Array.from({ length: 20 }, (_, n) => [n, text.length]),
    )
  })

  it('goes on after changes between two batches', async () => {
    const things = test.fresh()
    await things.insertMany(Array.from({ length: 30 }, (_, n) => ({ n })))
    const cursor = things.find({}, { batchSize: 10 })
    const first = await cursor.next()
    await things.deleteMany({ n: { $gte: 20 } })
    const rest = await cursor.toArray()
    expect(first?.['n']).to.equal(0)
    expect(rest.length).to.be.within(19, 29)
  })

  it('skips, limits and counts', async () => {
    const things = test.fresh()
    await things.insertMany(Array.from({ length: 20 }, (_, n) => ({ n, even: n % 2 === 0 })))
    const page = await things.find({ even: true }).sort({ n: -1 }).skip(2).limit(3).toArray()
    expect(page.map((one) => one['n'])).to.deep.equal([14, 12, 10])
    expect(await things.countDocuments({ even: true })).to.equal(10)
    expect(await things.estimatedDocumentCount()).to.equal(20)
  })

  it('deletes one or many and says how many', async () => {
    const things = test.fresh()
    await things.insertMany([{ a: 1 }, { a: 1 }, { a: 2 }])
    expect((await things.deleteOne({ a: 1 })).deletedCount).to.equal(1)
    expect((await things.deleteMany({})).deletedCount).to.equal(2)
    expect((await things.deleteMany({})).deletedCount).to.equal(0)
  })

  it('replaces a document and keeps its _id', async () => {
    const things = test.fresh()
    const { insertedId } = await things.insertOne({ a: 1, b: 2 })
    await things.replaceOne({ a: 1 }, { c: 3 })
    expect(await things.findOne()).to.deep.equal({ _id: insertedId, c: 3 })
    expect((await failure(things.replaceOne({ c: 3 }, { _id: new ObjectId(), c: 4 }))).code).to.equal(66)
  })

  it('finds and changes in one step, before or after', async () => {
    const things = test.fresh()
    await things.insertOne({ _id: 1 as never, n: 1 })
    expect(await things.findOneAndUpdate({ n: 1 }, { $inc: { n: 1 } })).to.deep.equal({ _id: 1, n: 1 })
    expect(
      await things.findOneAndUpdate({ n: 2 }, { $inc: { n: 1 } }, { returnDocument: 'after' }),
    ).to.deep.equal({ _id: 1, n: 3 })
    expect(await things.findOneAndUpdate({ n: 9 }, { $inc: { n: 1 } })).to.equal(null)
    expect(await things.findOneAndDelete({ n: 3 }, { projection: { n: 1, _id: 0 } })).to.deep.equal({ n: 3 })
    const made = await things.findOneAndUpdate(
      { _id: 7 as never },
      { $setOnInsert: { made: true }, $set: { x: 1 } },
      { upsert: true, returnDocument: 'after' },
    )
    expect(made).to.deep.equal({ _id: 7, made: true, x: 1 })
  })

  it('takes the first in the order asked for when it changes one', async () => {
    const things = test.fresh()
    await things.insertMany([{ n: 2 }, { n: 1 }, { n: 3 }])
    const taken = await things.findOneAndUpdate({}, { $set: { taken: true } }, { sort: { n: 1 } })
    expect(taken?.['n']).to.equal(1)
  })

  it('runs a mixed bulk and counts each kind', async () => {
    const things = test.fresh()
    const done = await things.bulkWrite([
      { insertOne: { document: { k: 1 } } },
      { updateOne: { filter: { k: 1 }, update: { $set: { v: 1 } } } },
      { updateOne: { filter: { k: 2 }, update: { $set: { v: 2 } }, upsert: true } },
      { updateMany: { filter: {}, update: { $inc: { v: 10 } } } },
      { deleteOne: { filter: { k: 1 } } },
    ])
    expect([
      done.insertedCount,
      done.matchedCount,
      done.modifiedCount,
      done.upsertedCount,
      done.deletedCount,
    ]).to.deep.equal([1, 3, 3, 1, 1])
    expect(await things.find({}, { projection: { _id: 0 } }).toArray()).to.deep.equal([{ k: 2, v: 12 }])
  })

  it('stops an ordered bulk at its first error and goes on in an unordered one', async () => {
    const things = test.fresh()
    const rows = [{ _id: 1 as never }, { _id: 1 as never }, { _id: 2 as never }]
    expect((await failure(things.insertMany(rows))).code).to.equal(11000)
    expect(await things.countDocuments()).to.equal(1)
    expect((await failure(things.insertMany(rows, { ordered: false }))).code).to.equal(11000)
    expect(await things.countDocuments()).to.equal(2)
  })

  it('lists distinct values in order, arrays unwound', async () => {
    const things = test.fresh()
    await things.insertMany([{ t: ['b', 'a'] }, { t: 'c' }, { t: ['a'] }, { u: 1 }])
    expect(await things.distinct('t')).to.deep.equal(['a', 'b', 'c'])
    expect(await things.distinct('t', { t: 'c' })).to.deep.equal(['c'])
  })

  it('keeps collections and their names', async () => {
    const things = test.fresh()
    await test.native.createCollection(things.collectionName)
    expect(
      (await failure(test.native.createCollection(things.collectionName, { capped: true, size: 100 }))).code,
    ).to.be.oneOf([48, 115])
    const names = (
      await test.native.listCollections({ name: things.collectionName }, { nameOnly: true }).toArray()
    ).map((one) => one.name)
    expect(names).to.deep.equal([things.collectionName])
    expect(await things.drop()).to.equal(true)
    expect(await test.native.listCollections({ name: things.collectionName }).toArray()).to.deep.equal([])
  })
})
