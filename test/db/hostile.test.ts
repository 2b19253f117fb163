import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { type Document, deserialize, serialize } from 'bson'
import { expect } from 'chai'
import fc from 'fast-check'
import { Engine } from '../../server/db/embedded/engine.ts'
import { CommandFailure } from '../../server/db/embedded/failure.ts'
import { type EmbeddedStore, startEmbedded } from '../../server/db/embedded/start.ts'
import { openDataFile } from '../../server/db/embedded/storage/database.ts'
import { parseMessage, type Request } from '../../server/db/embedded/wire/frames.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { hostileBytes, hostileCommand, messageOf } from './hostile-input.ts'
import { message, RawClient } from './raw-client.ts'

/** 10,000 in all; `HOSTILE_RUNS=100000 npm run test:db` for more. */
const RUNS = Number(process.env['HOSTILE_RUNS'] ?? 10_000)
const BATCH = 50
const SEED = 20261123
const INTERNAL_ERROR = 1

/** Every name that the prototypes of this thread have. */
function prototypes(): string {
  const roots = [Object, Array, String, Function, Map, Buffer].map((one) => one.prototype as object)
  return JSON.stringify(roots.map((root) => Reflect.ownKeys(root).map(String)))
}

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

  it(`answers ${RUNS / 2} senseless commands, each with a result or an error that it knows`, async function () {
    this.timeout(300_000)
    const before = prototypes()
    const file = openDataFile(join(dataDir, 'engine.db'))
    const engine = new Engine(file, systemClock, 'nowhere')
    const property = fc.property(
      fc.array(hostileCommand, { minLength: BATCH, maxLength: BATCH }),
      (commands) => {
        const replies: Document[] = []
        const send = (bytes: Buffer): unknown => replies.push(deserialize(bytes.subarray(21)))
        const requests = commands.flatMap((command) => parsed(messageOf(command)))
        engine.execute(requests.map((request) => ({ request, send })))
        expect(replies).to.have.length(requests.length)
        for (const [i, reply] of replies.entries()) {
          const errors = [reply, ...((reply['writeErrors'] ?? []) as Document[])]
          const strange = errors.find((one) => one['code'] === INTERNAL_ERROR)
          expect(strange?.['errmsg'], inspect(requests[i], { depth: 4 })).to.equal(undefined)
        }
      },
    )
    try {
      fc.assert(property, { numRuns: RUNS / 2 / BATCH, seed: SEED, endOnFailure: true })
      expect(engine.checkIntegrity().faults).to.deep.equal([])
    } finally {
      engine.close()
    }
    expect(prototypes()).to.equal(before)
    expect(({} as { polluted?: number }).polluted).to.equal(undefined)
  })

  it(`survives ${RUNS / 2} messages with wrong bytes, lengths, opcodes and ends`, async function () {
    this.timeout(300_000)
    const property = fc.asyncProperty(
      fc.array(hostileBytes, { minLength: BATCH, maxLength: BATCH }),
      async (messages) => {
        await Promise.all(
          messages.map(async (bytes) => {
            const socket = await dial()
            const closed = once(socket, 'close')
            socket.end(bytes)
            socket.resume()
            await closed
          }),
        )
        expect(await isAlive()).to.equal(true)
      },
    )
    await fc.assert(property, { numRuns: RUNS / 2 / BATCH, seed: SEED })
    expect(faults).to.deep.equal([])
  })

  it('matches a pattern that invites endless backtracking', async () => {
    const documents = [{ _id: 'redos', text: `${'a'.repeat(200)}!` }]
    await ask(message({ insert: 'r', documents, $db: 'test' }))
    const evil = [
      { text: { $regex: '^(a+)+$' } },
      { text: /^(a|aa)+$/ },
      { text: /^(([a-z])+.)+[A-Z]([a-z])+$/ },
    ]
    for (const filter of evil)
      expect((await ask(message({ find: 'r', filter, $db: 'test' })))?.['cursor']).to.deep.include({
        firstBatch: [],
      })
    const expression = { $regexMatch: { input: '$text', regex: '^(a+)+$' } }
    const filter = { $expr: expression }
    expect((await ask(message({ find: 'r', filter, $db: 'test' })))?.['cursor']).to.deep.include({
      firstBatch: [],
    })
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

  it('reads what came before on the same connection, where write and read arrive in one piece', async () => {
    const socket = await dial()
    const silent = message({ insert: 'order', documents: [{ _id: 1 }], $db: 'test' })
    silent.writeUInt32LE(2, 16) // no reply wanted
    const found = await ask(
      Buffer.concat([silent, message({ find: 'order', filter: {}, $db: 'test' })]),
      socket,
    )
    expect(found?.['cursor']).to.deep.include({ firstBatch: [{ _id: 1 }] })
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

  it('refuses a document above 16 MiB, sent or grown by an update', async () => {
    const reply = await ask(
      message({ insert: 'h', documents: [{ text: 'x'.repeat(16 * 1024 * 1024) }], $db: 'test' }),
    )
    expect(reply?.['writeErrors']).to.have.nested.property('[0].code', 10334)
    const half = 'x'.repeat(9 * 1024 * 1024)
    await ask(message({ insert: 'h', documents: [{ _id: 'big', half }], $db: 'test' }))
    const grown = { q: { _id: 'big' }, u: { $set: { other: half } } }
    const refused = await ask(message({ update: 'h', updates: [grown], $db: 'test' }))
    expect(refused?.['writeErrors']).to.have.nested.property('[0].code', 10334)
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

/** The request in a message; nothing where the store would end the connection. */
function parsed(bytes: Buffer): Request[] {
  try {
    return [parseMessage(bytes)]
  } catch (error) {
    expect(error).to.be.instanceOf(CommandFailure)
    return []
  }
}
