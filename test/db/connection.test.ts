import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import mongoose, { type Model, Schema, trusted } from 'mongoose'
import { openDb, ready } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { brandModel } from '../../server/modules/brands/brand.model.ts'
import { failure, openTestDb, type TestDb } from './support.ts'

type Thing = { name: string; n: number }

describe('database connection', () => {
  let test: TestDb
  before(async () => {
    test = await openTestDb()
  })
  after(() => test.close())

  const things = (): Model<Thing> => {
    const schema = new Schema<Thing>(
      { name: { type: String, required: true }, n: { type: Number, max: 9 } },
      { versionKey: false },
    )
    schema.index({ name: 1 }, { unique: true })
    const name = `Thing${Math.floor(performance.now() * 1_000)}`
    return test.db.connection.model<Thing>(name, schema)
  }

  it('makes collections and indexes before they are used, and changes nothing the second time', async () => {
    const model = things()
    await ready([model, brandModel(test.db.connection)])
    await ready([model])
    expect((await model.listIndexes()).map((index) => index['name'])).to.deep.equal(['_id_', 'name_1'])
    await model.collection.drop()
    await test.db.connection.collection('brands').drop()
  })

  it('refuses fields that the schema does not name, in documents, updates and filters', async () => {
    const model = things()
    expect((await failure(model.create({ name: 'a', odd: 1 } as never))).name).to.equal('StrictModeError')
    expect((await failure(model.updateOne({ name: 'a' }, { $set: { odd: 1 } } as never))).name).to.equal(
      'StrictModeError',
    )
    expect((await failure(model.find({ odd: 1 } as never).exec())).name).to.equal('StrictModeError')
  })

  it('runs validators on updates', async () => {
    const model = things()
    expect((await failure(model.updateOne({ name: 'a' }, { $set: { n: 10 } }))).name).to.equal(
      'ValidationError',
    )
  })

  it('counts operators in a filter only where they are trusted', async () => {
    const model = things()
    await model.create([{ name: 'a', n: 1 }])
    expect(await model.countDocuments({ name: trusted({ $ne: 'b' }) })).to.equal(1)
    expect((await failure(model.find({ name: { $ne: 'b' } }).exec())).name).to.equal('CastError')
    await model.collection.drop()
  })

  it('leaves the global mongoose alone', () => {
    expect(mongoose.get('sanitizeFilter')).to.equal(undefined)
    expect(mongoose.connections.length).to.equal(1)
  })

  it('measures the way to the database and back', async () => {
    expect(await test.db.ping()).to.be.greaterThan(0)
  })

  it('says that the database cannot be reached', async function () {
    this.timeout(30_000)
    const dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
    const error = await failure(
      openDb({ uri: 'mongodb://127.0.0.1:9/?directConnection=true&', dataDir, log: silentLog }),
    )
    expect(error).to.include({ code: 'db.unavailable' })
    await rm(dataDir, { recursive: true })
  })

  it('rejects calls after it was closed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
    const db = await openDb({ dataDir, log: silentLog })
    await db.close()
    expect(await failure(db.ping())).to.include({ code: 'db.unavailable' })
    await rm(dataDir, { recursive: true })
  })
})
