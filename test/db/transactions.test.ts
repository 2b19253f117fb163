import { expect } from 'chai'
import { failure, onMongoDb, openTestDb, type TestDb } from './support.ts'

describe('store: transactions', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  it('keeps all of a transaction, over several collections', async () => {
    const [a, b] = [test.fresh(), test.fresh()]
    await test.db.connection.getClient().withSession((session) =>
      session.withTransaction(async () => {
        await a.insertOne({ x: 1 }, { session })
        await b.insertMany([{ y: 1 }, { y: 2 }], { session })
        await a.updateOne({ x: 1 }, { $inc: { x: 1 } }, { session })
      }),
    )
    expect([await a.countDocuments({ x: 2 }), await b.countDocuments()]).to.deep.equal([1, 2])
  })

  it('keeps nothing of one that is aborted, also of collections and indexes it made', async () => {
    const a = test.fresh()
    const session = test.db.connection.getClient().startSession()
    session.startTransaction()
    await a.insertOne({ x: 1 }, { session })
    await session.abortTransaction()
    await session.endSession()
    expect(await a.countDocuments()).to.equal(0)
    await a.insertOne({ x: 2 })
    expect(await a.countDocuments()).to.equal(1)
  })

  it('shows others nothing before the commit, and its own writes to itself', async () => {
    const a = test.fresh()
    await a.insertOne({ x: 1 })
    const session = test.db.connection.getClient().startSession()
    session.startTransaction()
    await a.updateOne({ x: 1 }, { $set: { x: 2 } }, { session })
    expect(await a.countDocuments({ x: 2 }, { session })).to.equal(1)
    expect(await a.findOne({}, { projection: { _id: 0 } })).to.deep.equal({ x: 1 })
    await session.commitTransaction()
    await session.endSession()
    expect(await a.findOne({}, { projection: { _id: 0 } })).to.deep.equal({ x: 2 })
  })

  it('shows others no collection of an open transaction, and a cursor no uncommitted write', async () => {
    if (onMongoDb) return
    const [a, b] = [test.fresh(), test.fresh()]
    await a.insertMany(Array.from({ length: 20 }, (_, n) => ({ n })))
    const cursor = a.find({}, { batchSize: 5 }).sort({ _id: 1 })
    await cursor.next()
    const session = test.db.connection.getClient().startSession()
    session.startTransaction()
    await b.insertOne({ x: 1 }, { session })
    await a.updateMany({}, { $set: { n: -1 } }, { session })
    expect(await b.findOne()).to.equal(null)
    expect(await b.countDocuments()).to.equal(0)
    expect((await cursor.toArray()).map((one) => one['n'])).to.deep.equal(
      Array.from({ length: 19 }, (_, n) => n + 1),
    )
    await session.abortTransaction()
    await session.endSession()
  })

  it('refuses a write from outside at once while a transaction is open', async () => {
    if (onMongoDb) return
    const a = test.fresh()
    await a.insertOne({ x: 1 })
    const session = test.db.connection.getClient().startSession()
    session.startTransaction()
    await a.updateOne({ x: 1 }, { $set: { x: 2 } }, { session })
    expect((await failure(a.insertOne({ x: 3 }))).code).to.equal(112)
    await session.commitTransaction()
    await session.endSession()
    await a.insertOne({ x: 3 })
    expect(await a.countDocuments()).to.equal(2)
  })

  it('ends a transaction with its first failing command', async () => {
    const a = test.fresh()
    await a.insertOne({ _id: 1 as never })
    const session = test.db.connection.getClient().startSession()
    session.startTransaction()
    await a.insertOne({ _id: 2 as never }, { session })
    expect((await failure(a.insertOne({ _id: 1 as never }, { session }))).code).to.equal(11000)
    const later = await failure(a.insertOne({ _id: 3 as never }, { session }))
    expect(later.code).to.equal(251)
    await session.abortTransaction()
    await session.endSession()
    expect(await a.countDocuments()).to.equal(1)
  })

  it('answers a commit that is sent again as it did the first time', async () => {
    const a = test.fresh()
    await a.insertOne({ x: 0 })
    const session = test.db.connection.getClient().startSession()
    session.startTransaction()
    await a.insertOne({ x: 1 }, { session })
    await session.commitTransaction()
    await session.commitTransaction()
    await session.endSession()
    expect(await a.countDocuments()).to.equal(2)
  })
})
