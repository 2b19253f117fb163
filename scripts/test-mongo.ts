import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import mongoose from 'mongoose'

// npm run test:mongo: the tests of the database and of the HTTP interface on the MongoDB that MONGODB_URI names.

const NEEDS = `npm run test:mongo needs a MongoDB of version 7 or later that runs as a replica set (one member is enough) or a
sharded cluster, and MONGODB_URI to name it:

  mongod --replSet rs0 --dbpath DIR &  mongosh --eval 'rs.initiate()'
  MONGODB_URI='mongodb://127.0.0.1:27017/?replicaSet=rs0' npm run test:mongo

Each test makes databases of its own (test_…) and drops them; nothing else there is touched.`
const CONNECT_MS = 5_000

const uri = process.env['MONGODB_URI']
if (!uri) giveUp('MONGODB_URI is not set.')
else {
  const fault = await faultOf(uri)
  if (fault) giveUp(fault)
  else {
    const test = [
      join(import.meta.dirname, 'test.ts'),
      '--only',
      'db',
      '--only',
      'api',
      ...process.argv.slice(2),
    ]
    process.exitCode = spawnSync(process.execPath, test, { stdio: 'inherit' }).status ?? 1
  }
}

function giveUp(reason: string): void {
  console.error(`${reason}\n\n${NEEDS}`)
  process.exitCode = 2
}

/** Why the tests cannot run there, or null. */
async function faultOf(wanted: string): Promise<string | null> {
  try {
    const client = new mongoose.mongo.MongoClient(wanted, { serverSelectionTimeoutMS: CONNECT_MS })
    try {
      const hello = await client.db('admin').command({ hello: 1 })
      const hasTransactions = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid'
      return hasTransactions ? null : 'The server at MONGODB_URI stands alone and has no transactions.'
    } finally {
      await client.close()
    }
  } catch (error) {
    return `The server at MONGODB_URI cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}
