import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Db, openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { failure } from './support.ts'

const ROUNDS = 10
const ACKNOWLEDGED_BEFORE_KILL = 60

describe('embedded store: durability', () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
  })
  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  const open = (): Promise<Db> => openDb({ dataDir, log: silentLog })

  it('keeps documents, indexes and their uniqueness over a restart', async () => {
    const first = await open()
    const things = first.connection.collection('things')
    await things.createIndex({ a: 1 }, { unique: true })
    await things.insertMany([{ a: [1, 2] }, { a: 3 }])
    await first.close()
    const second = await open()
    const again = second.connection.collection('things')
    expect(await again.countDocuments({ a: 2 })).to.equal(1)
    expect((await failure(again.insertOne({ a: 3 }))).message).to.include('E11000')
    expect((await again.indexes()).map((index) => index.name)).to.deep.equal(['_id_', 'a_1'])
    await second.close()
  })

  it('refuses a second process, and says which one has the file', async () => {
    const writer = startWriter(dataDir)
    await messages(writer, 1)
    const error = await failure(open())
    expect(error).to.include({ code: 'db.locked' })
    expect(error.message).to.include(`pid ${writer.pid}`).and.to.include(join(dataDir, 'store.db'))
    await killed(writer)
    const db = await open()
    await db.close()
  })

  it('refuses a second opening in the same process', async () => {
    const db = await open()
    expect(await failure(open())).to.include({ code: 'db.locked' })
    await db.close()
  })

  it(`loses nothing that was acknowledged in ${ROUNDS} rounds of kill -9, and tears no transaction`, async function () {
    this.timeout(180_000)
    const acknowledged: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const writer = startWriter(dataDir, round)
      acknowledged.push(...(await messages(writer, ACKNOWLEDGED_BEFORE_KILL + round * 7)))
      await killed(writer)
      acknowledged.push(...writer.late())
    }
    const db = await open()
    const stored = await db.connection.collection('writes').find().toArray()
    const numbers = new Set(stored.map((one) => Number(one['n'])))
    expect(acknowledged.filter((n) => !numbers.has(n))).to.deep.equal([])
    const pairs = await db.connection.collection('pairs').find().toArray()
    const halves = await db.connection.collection('halves').find().toArray()
    expect(new Set(halves.map((one) => one['n']))).to.deep.equal(new Set(pairs.map((one) => one['n'])))
    for (const one of stored)
      expect(await db.connection.collection('writes').countDocuments({ n: one['n'] })).to.equal(1)
    await db.close()
  })
})

type Writer = ChildProcess & { late(): number[] }

function startWriter(dataDir: string, round = 0): Writer {
  const child = fork(join(import.meta.dirname, 'writer.ts'), [dataDir, String(round)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const heard: number[] = []
  child.on('message', (n: number) => heard.push(n))
  return Object.assign(child, { late: () => heard })
}

async function messages(writer: Writer, count: number): Promise<number[]> {
  while (writer.late().length < count) await once(writer, 'message')
  return [...writer.late()]
}

async function killed(writer: Writer): Promise<void> {
  const ended = once(writer, 'exit')
  writer.kill('SIGKILL')
  await ended
}
