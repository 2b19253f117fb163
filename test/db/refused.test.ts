import { expect } from 'chai'
import type { Document } from 'mongodb'
import { failure, onMongoDb, openTestDb, type TestDb } from './support.ts'

const C = 'refused'
const find = (more: Document): Document => ({ find: C, ...more })
const where = (filter: Document): Document => find({ filter })
const pipe = (...pipeline: Document[]): Document => ({ aggregate: C, pipeline, cursor: {} })
const compute = (expression: unknown): Document => pipe({ $project: { x: expression } })
const group = (accumulator: Document): Document => pipe({ $group: { _id: null, x: accumulator } })
const index = (more: Document, key: Document = { a: 1 }): Document => ({
  createIndexes: C,
  indexes: [{ key, name: 'x', ...more }],
})
const update = (statement: Document, more: Document = {}): Document => ({
  update: C,
  updates: [{ q: {}, u: { $set: { a: 2 } }, ...statement }],
  ...more,
})
const remove = (statement: Document): Document => ({
  delete: C,
  deletes: [{ q: {}, limit: 1, ...statement }],
})
const point = { type: 'Point', coordinates: [1, 2] }
const german = { locale: 'de' }

/** What MongoDB does and the embedded store does not: CommandNotSupported (115) or CannotCreateIndex (67). */
const LEFT_OUT: Record<string, [Document[], number]> = {
  'geographic queries, stages and indexes': [
    [
      where({ a: { $near: [1, 2] } }),
      where({ a: { $nearSphere: { $geometry: point } } }),
      where({ a: { $geoWithin: { $center: [[1, 2], 3] } } }),
      where({ a: { $geoIntersects: { $geometry: point } } }),
      pipe({ $geoNear: { near: point, distanceField: 'd' } }),
    ],
    115,
  ],
  'indexes of special kinds and their options': [
    [
      index({}, { a: '2dsphere' }),
      index({}, { a: '2d' }),
      index({}, { a: 'text' }),
      index({}, { a: 'hashed' }),
      index({}, { '$**': 1 }),
      index({ collation: german }),
      index({ hidden: true }),
      index({ weights: { a: 1 } }),
    ],
    67,
  ],
  'text search': [
    [where({ $text: { $search: 'x' } }), find({ projection: { s: { $meta: 'textScore' } } })],
    115,
  ],
  scripts: [
    [
      where({ $where: 'true' }),
      compute({ $function: { body: 'x', args: [], lang: 'js' } }),
      group({ $accumulator: {} }),
      { mapReduce: C, map: 'x', reduce: 'x', out: { inline: 1 } },
    ],
    115,
  ],
  'change streams': [[pipe({ $changeStream: {} })], 115],
  'views, capped, time series and clustered collections': [
    [
      { create: 'v', viewOn: C, pipeline: [] },
      { create: 'v', capped: true, size: 1_000 },
      { create: 'v', timeseries: { timeField: 't' } },
      { create: 'v', clusteredIndex: { key: { _id: 1 }, unique: true } },
      { create: 'v', collation: german },
    ],
    115,
  ],
  'schemas of documents': [
    [
      where({ $jsonSchema: {} }),
      { create: 'v', validator: { $jsonSchema: {} } },
      { collMod: C, validator: {} },
    ],
    115,
  ],
  'snapshot reads': [
    [
      find({ readConcern: { level: 'snapshot' } }),
      find({ readConcern: { level: 'local', atClusterTime: 1 } }),
    ],
    115,
  ],
  'collations in every command': [
    [
      find({ collation: german }),
      { count: C, query: {}, collation: german },
      { distinct: C, key: 'a', collation: german },
      { aggregate: C, pipeline: [], cursor: {}, collation: german },
      update({ collation: german }),
      remove({ collation: german }),
      { findAndModify: C, query: {}, remove: true, collation: german },
    ],
    115,
  ],
  'options of a find that change what it answers': [
    [
      find({ tailable: true }),
      find({ awaitData: true }),
      find({ returnKey: true }),
      find({ showRecordId: true }),
      find({ min: { a: 1 } }),
      find({ max: { a: 1 } }),
      find({ noCursorTimeout: true }),
      find({ sort: { $natural: 1 } }),
    ],
    115,
  ],
  'bits, patterns of another dialect and random samples': [
    [
      where({ a: { $bitsAllSet: 1 } }),
      where({ a: { $regex: 'x', $options: 'x' } }),
      where({ a: { $regex: '(?i)x' } }),
      where({ $sampleRate: 0.5 }),
      pipe({ $sample: { size: 1 } }),
    ],
    115,
  ],
  'stages that write, join by pipelines or look at the server': [
    [
      pipe({ $out: 'x' }),
      pipe({ $merge: { into: 'x' } }),
      pipe({ $unionWith: 'x' }),
      pipe({ $lookup: { from: 'x', as: 'y', pipeline: [] } }),
      pipe({ $graphLookup: {} }),
      pipe({ $setWindowFields: {} }),
      pipe({ $bucket: {} }),
      pipe({ $indexStats: {} }),
      { aggregate: 1, pipeline: [{ $currentOp: {} }], cursor: {} },
      { aggregate: C, pipeline: [], cursor: {}, explain: true },
    ],
    115,
  ],
  'expressions and accumulators outside the list': [
    [
      compute({ $regexFindAll: { input: '$a', regex: '' } }),
      compute({ $sin: '$a' }),
      compute({ $setUnion: [[1], [2]] }),
      compute({ $type: '$a' }),
      compute({ $sum: ['$a', 1] }),
      group({ $stdDevPop: '$a' }),
      group({ $topN: { n: 1, sortBy: { a: 1 }, output: '$a' } }),
    ],
    115,
  ],
  'commands about versions, users and the server': [
    [
      find({ apiVersion: '1' }),
      { createUser: 'x', pwd: 'y', roles: [] },
      { renameCollection: 'a.b', to: 'a.c' },
      { validate: C },
      { bulkWrite: 1, ops: [], nsInfo: [] },
      { listDatabases: 1, filter: { name: 'x' } },
      { collStats: C, scale: 1_024 },
    ],
    115,
  ],
}

/** What MongoDB does not know either, with the code of its error. */
const UNKNOWN: Record<string, [Document[], number]> = {
  'an unknown command': [[{ nothing: 1 }, { 'find ': C }], 59],
  'an unknown field of a command': [
    [
      find({ flter: {} }),
      find({ ntoreturn: 1 }),
      { count: C, filter: {} },
      { distinct: C, key: 'a', sort: {} },
      { insert: C, documents: [{}], upsert: true },
      update({}, { multi: true }),
      { delete: C, deletes: [{ q: {}, limit: 1 }], limit: 1 },
      { aggregate: C, pipeline: [], cursor: {}, filter: {} },
      { findAndModify: C, query: {}, update: {}, limit: 1 },
      { create: 'v', shape: 1 },
      { createIndexes: C, indexes: [{ key: { a: 1 }, name: 'x' }], unique: true },
      { drop: C, force: true },
      { explain: { find: C, flter: {} } },
    ],
    40415,
  ],
  'an unknown field of a statement': [
    [update({ limit: 1 }), update({ sort: { a: 1 } }), remove({ multi: true })],
    40415,
  ],
  'an unknown query operator': [
    [where({ a: { $bad: 1 } }), where({ $bad: [] }), where({ a: { $options: 'i' } })],
    2,
  ],
  'a delete of neither one nor all': [[remove({ limit: 2 }), remove({ limit: true })], 9],
  'an unknown update operator or a clause of one': [[update({ u: { $bad: { a: 1 } } })], 9],
  'an unknown clause of $push and $addToSet': [
    [
      update({ u: { $push: { l: { $each: [], $bad: 1 } } } }),
      update({ u: { $addToSet: { l: { $each: [], $bad: 1 } } } }),
    ],
    2,
  ],
  'options of a wrong type': [[update({ upsert: 'yes' }), find({ projection: 1 }), find({ let: [] })], 14],
  'numbers that are none': [[find({ limit: { toString: 1 } }), find({ maxTimeMS: 'x' })], 2],
  'an unknown stage': [
    [pipe({ $bad: 1 }), pipe({ $limit: 1 }, { $bad: 1 }), pipe({ $facet: { a: [{ $bad: 1 }] } })],
    40324,
  ],
  'an unknown option of $unwind': [[pipe({ $unwind: { path: '$l', odd: 1 } })], 28811],
  'an unknown expression': [
    [compute({ $bad: 1 }), where({ $expr: { $bad: 1 } }), find({ projection: { x: { $bad: 1 } } })],
    168,
  ],
  'an unknown accumulator': [[group({ $bad: 1 })], 15952],
  'an unknown option of an index': [[index({ odd: 1 })], 197],
  'an unknown hint': [[find({ hint: 'no' }), update({ hint: 'no' }), remove({ hint: { b: 1 } })], 2],
  'an unknown level or mode of a concern': [[find({ readConcern: { level: 'odd' } })], 9],
  'a write concern that one node cannot keep': [
    [
      { insert: C, documents: [{}], writeConcern: { w: 2 } },
      { insert: C, documents: [{}], writeConcern: { w: 'odd' } },
      { insert: C, documents: [{}], writeConcern: { w: { eu: 1 } } },
    ],
    100,
  ],
}

// On a MongoDB most of this is done, not refused.
if (!onMongoDb)
  describe('embedded store: what it refuses', () => {
    let test: TestDb
    before(async () => {
      test = await openTestDb()
      await test.native.collection(C).insertOne({ _id: 1 as never, a: 1, l: [1] })
    })
    after(() => test?.close())

    /** The code and text of a command's error, or of its first write's. */
    const refusal = async (command: Document): Promise<{ code: unknown; text: string }> => {
      const ran = test.native.command(command).then((reply) => {
        const [first] = (reply['writeErrors'] ?? []) as { code: number; errmsg: string }[]
        if (!first) return Promise.resolve()
        throw Object.assign(new Error(first.errmsg), { code: first.code })
      })
      const error = await failure(ran)
      return { code: error.code, text: error.message }
    }
    /** Each refusal leaves everything as it was. */
    const untouched = async (): Promise<void> => {
      expect(await test.native.collection(C).find().toArray()).to.deep.equal([{ _id: 1, a: 1, l: [1] }])
      expect((await test.native.collections()).map((one) => one.collectionName)).to.deep.equal([C])
      expect((await test.native.collection(C).indexes()).map((one) => one.name)).to.deep.equal(['_id_'])
    }

    for (const [what, [commands, code]] of Object.entries(LEFT_OUT)) {
      it(`leaves ${what} to a real MongoDB`, async () => {
        for (const command of commands) {
          const refused = await refusal(command)
          expect(refused.code, JSON.stringify(command)).to.equal(code)
          expect(refused.text, JSON.stringify(command)).to.match(
            /is not supported by the embedded store; use a real MongoDB \(MONGODB_URI\)$/,
          )
        }
        await untouched()
      })
    }

    for (const [what, [commands, code]] of Object.entries(UNKNOWN)) {
      it(`answers ${what} with MongoDB’s code ${code}`, async () => {
        for (const command of commands)
          expect((await refusal(command)).code, JSON.stringify(command)).to.equal(code)
        await untouched()
      })
    }

    it('takes options that ask for nothing beyond what it does', async () => {
      const { cursor } = await test.native.command(
        find({
          filter: { a: 1 },
          collation: { locale: 'simple' },
          tailable: false,
          returnKey: false,
          allowDiskUse: true,
          comment: 'c',
          readConcern: { level: 'majority' },
        }),
      )
      expect(cursor.firstBatch).to.have.length(1)
    })
  })
