import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'bson'
import { expect } from 'chai'
import { type EmbeddedStore, startEmbedded } from '../../server/db/embedded/start.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { message, RawClient } from './raw-client.ts'

const MUTATIONS = 3_000
const SEED = 20261123

/** A reproducible stream of numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const COMMANDS = [
  { ping: 1, $db: 'test' },
  { insert: 'h', documents: [{ _id: 1, a: [1, 'x', { b: null }] }], $db: 'test' },
  {
    find: 'h',
    filter: { a: { $gt: 1, $in: [1, 2] }, $or: [{ b: /x/ }] },
    sort: { a: 1 },
    limit: 3,
    $db: 'test',
  },
  {
    update: 'h',
    updates: [
      { q: { _id: 1 }, u: { $set: { 'a.0': 5 }, $push: { l: { $each: [1], $slice: 2 } } }, upsert: true },
    ],
    $db: 'test',
  },
  {
    aggregate: 'h',
    pipeline: [{ $match: {} }, { $group: { _id: '$a', n: { $sum: 1 } } }],
    cursor: {},
    $db: 'test',
  },
  { createIndexes: 'h', indexes: [{ key: { a: 1 }, name: 'a' }], $db: 'test' },
]

describe('embedded store: hostile clients', () => {
  let store: EmbeddedStore
  let client: RawClient
  let dataDir: string
  const faults: unknown[] = []
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cachet-db-'))
    store = await startEmbedded({
      path: join(dataDir, 'store.db'),
      log: { ...silentLog, error: (data) => faults.push(data) },
    })
    client = new RawClient(store)
  })
  after(async () => {
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const dial = (): Promise<Socket> => client.dial()
  const ask: RawClient['ask'] = (bytes, socket) => client.ask(bytes, socket)
  const isAlive = (): Promise<boolean> => client.isAlive()

  it(`survives ${MUTATIONS} mutated messages`, async function () {
    this.timeout(120_000)
    const random = randomFrom(SEED)
    for (let i = 0; i < MUTATIONS; i++) {
      const bytes = message(COMMANDS[Math.floor(random() * COMMANDS.length)] ?? {})
      const changes = 1 + Math.floor(random() * 4)
      for (let k = 0; k < changes; k++)
        bytes[16 + Math.floor(random() * (bytes.length - 16))] = Math.floor(random() * 256)
      const socket = await dial()
      socket.end(bytes)
      socket.resume()
      await once(socket, 'close')
      if (i % 500 === 0) expect(await isAlive()).to.equal(true)
    }
    expect(await isAlive()).to.equal(true)
    expect(faults).to.deep.equal([])
  })

  it('closes connections that send wrong lengths, opcodes or halves', async () => {
    const good = message({ ping: 1, $db: 'test' })
    const withLength = (length: number): Buffer => {
      const bytes = Buffer.from(good)
      bytes.writeInt32LE(length, 0)
      return bytes
    }
    for (const bytes of [
      withLength(15),
      withLength(-1),
      withLength(48_000_001),
      withLength(2_147_483_647),
      message({ ping: 1 }, 2012),
      message({ ping: 1 }, 1),
    ]) {
      expect(await ask(bytes)).to.equal(null)
    }
    const half = await dial()
    half.end(good.subarray(0, 20))
    half.resume()
    await once(half, 'close')
    expect(await isAlive()).to.equal(true)
  })

  it('takes a message in pieces and several in one piece', async () => {
    const socket = await dial()
    const good = message({ ping: 1, $db: 'test' })
    for (const byte of good.subarray(0, 30)) socket.write(Buffer.of(byte))
    expect((await ask(good.subarray(30), socket))?.['ok']).to.equal(1)
    let received = 0
    const replyBytes = 21 + serialize({ ok: 1 }).length
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    socket.write(Buffer.concat([good, good, good]))
    while (received < 3 * replyBytes) await once(socket, 'data')
    expect(received).to.equal(3 * replyBytes)
    socket.destroy()
  })

  it('refuses documents that nest too deep and names that reach a prototype', async () => {
    let deep: object = {}
    for (let i = 0; i < 150; i++) deep = { d: deep }
    expect(await ask(message({ insert: 'h', documents: [deep], $db: 'test' }))).to.equal(null)
    const update = {
      update: 'h',
      updates: [{ q: {}, u: { $set: { '__proto__.polluted': 1 } } }],
      $db: 'test',
    }
    expect((await ask(message(update)))?.['writeErrors']).to.have.length(1)
    const aggregate = {
      aggregate: 'h',
      pipeline: [{ $project: { x: '$__proto__.polluted' } }],
      cursor: {},
      $db: 'test',
    }
    expect((await ask(message(aggregate)))?.['ok']).to.equal(0)
    const keyed = JSON.parse(
      '{"insert":"p","$db":"test","documents":[{"_id":1,"__proto__":{"polluted":1}}]}',
    ) as object
    expect((await ask(message(keyed)))?.['ok']).to.equal(1)
    const found = await ask(message({ find: 'p', filter: {}, projection: { a: 0 }, $db: 'test' }))
    expect(found?.['ok']).to.equal(1)
    expect(({} as { polluted?: number }).polluted).to.equal(undefined)
  })

  it('refuses a document above 16 MiB', async () => {
    const reply = await ask(
      message({ insert: 'h', documents: [{ text: 'x'.repeat(16 * 1024 * 1024) }], $db: 'test' }),
    )
    expect(reply?.['writeErrors']).to.have.nested.property('[0].code', 10334)
  })

  it('answers unknown commands, wrong types and missing fields with an error', async () => {
    for (const command of [
      { nothing: 1 },
      { find: 1 },
      { insert: 'x' },
      { insert: 'x', documents: [1] },
      { update: 'x', updates: [] },
      { getMore: 'x' },
      { find: 'x', sort: 1 },
      { find: '', filter: 5 },
    ]) {
      expect((await ask(message({ ...command, $db: 'test' })))?.['ok'], JSON.stringify(command)).to.equal(0)
    }
    expect((await ask(message({ insert: '$bad', documents: [{}], $db: 'test' })))?.['code']).to.equal(73)
    expect((await ask(message({ find: 'x' })))?.['ok']).to.equal(0)
  })
})
