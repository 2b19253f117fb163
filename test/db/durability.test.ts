import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Db, openDb } from '../../server/db/connection.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { expectNothingLost, type Told, Writer } from './crash.ts'
import { failure } from './support.ts'

/** Rounds of kill -9: a few here; `CRASH_ROUNDS=100 npm run test:db` for the long run. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 4)
/** Rounds of each fault by strace: `STRACE_ROUNDS=5 npm run test:db` where strace is installed and may trace. */
const STRACE_ROUNDS = Number(process.env['STRACE_ROUNDS'] ?? 0)
const ACKNOWLEDGED_BEFORE_KILL = 60
const ACKNOWLEDGED_UNDER_FAULTS = 1_500
/** Blocks of 512 bytes that one file may have before writing to it fails: about 1 MiB. */
const FILE_BLOCKS_MAX = 2_048

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
    const writer = new Writer(dataDir)
    await writer.until(1)
    const error = await failure(open())
    expect(error).to.include({ code: 'db.locked' })
    expect(error.message).to.include(`pid ${writer.pid}`).and.to.include(join(dataDir, 'store.db'))
    await writer.kill()
    const db = await open()
    await db.close()
  })

  it('refuses a second opening in the same process', async () => {
    const db = await open()
    expect(await failure(open())).to.include({ code: 'db.locked' })
    await db.close()
  })

  /** Rounds of faults on one data file; after each the store opens again, and at the end nothing may be missing. */
  const expectSurvival = async (rounds: number, run: (round: number) => Promise<Writer>): Promise<Told[]> => {
    const told: Told[] = []
    for (let round = 0; round < rounds; round++) {
      const writer = await run(round)
      told.push(...writer.acknowledged())
    }
    const db = await open()
    await expectNothingLost(db, told)
    await db.close()
    return told
  }

  it(`loses nothing acknowledged and tears no transaction in ${ROUNDS} rounds of kill -9`, async function () {
    this.timeout(ROUNDS * 30_000)
    const told = await expectSurvival(ROUNDS, async (round) => {
      const writer = new Writer(dataDir, round)
      await writer.until(ACKNOWLEDGED_BEFORE_KILL + (round % 50) * 7)
      await writer.kill()
      return writer
    })
    expect(told.length).to.be.greaterThan(ROUNDS * ACKNOWLEDGED_BEFORE_KILL)
    for (const kind of ['write', 'pair', 'counter'])
      expect(told.filter((one) => one.kind === kind).length, kind).to.be.greaterThan(0)
  })

  it('answers writes that the disk refuses with an error, and keeps all that it acknowledged', async function () {
    this.timeout(60_000)
    const limited = ['sh', '-c', `trap '' XFSZ; ulimit -f ${FILE_BLOCKS_MAX}; exec "$@"`, 'sh']
    const refusals: Told[] = []
    await expectSurvival(2, async (round) => {
      const writer = new Writer(dataDir, round, limited)
      await writer.ended()
      refusals.push(...writer.refusals())
      return writer
    })
    expect(refusals.length).to.be.greaterThan(0)
  })

  /** Faults that strace puts into the store's own system calls on its files: SQLite writes by pwrite64, syncs by fsync. */
  const FAULTS = ['pwrite64', 'fsync'].flatMap((call) =>
    [
      'error=EIO:when=FIRST',
      'error=EIO:when=FIRST+',
      'error=ENOSPC:when=FIRST+3',
      'signal=SIGKILL:when=FIRST',
    ].map((fault) => ({
      call,
      fault,
    })),
  )
  for (const { call, fault } of STRACE_ROUNDS > 0 ? FAULTS : []) {
    it(`keeps what it acknowledged in ${STRACE_ROUNDS} rounds of ${fault} in ${call}`, async function () {
      this.timeout(STRACE_ROUNDS * 60_000)
      let hit = 0
      await expectSurvival(STRACE_ROUNDS, async (round) => {
        const first = (call === 'fsync' ? 20 : 200) + round * 13
        const inject = fault.replace('FIRST', String(first))
        const files = ['store.db', 'store.db-wal'].flatMap((name) => ['-P', join(dataDir, name)])
        const strace = ['strace', '-f', '-qq', '-o', '/dev/null', ...files, '-e', `trace=${call}`]
        const writer = new Writer(dataDir, round, [...strace, '-e', `inject=${call}:${inject}`])
        await writer.until(ACKNOWLEDGED_UNDER_FAULTS)
        expect(writer.pid, 'the writer has started').to.be.a('number')
        const died = writer.acknowledged().length < ACKNOWLEDGED_UNDER_FAULTS
        await writer.kill()
        if (died || writer.refusals().length > 0) hit++
        return writer
      })
      expect(hit, 'rounds in which the fault was felt').to.equal(STRACE_ROUNDS)
    })
  }
})
