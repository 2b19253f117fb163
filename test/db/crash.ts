import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Db } from '../../server/db/connection.ts'

/** Callers that write at the same time in one process. */
export const CALLERS = 20

/** What a writer tells: its process, each acknowledged write, and the first of several refusals. */
export type Told =
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'write' | 'pair'; readonly n: number }
  | { readonly kind: 'counter'; readonly caller: string; readonly n: number }
  | { readonly kind: 'refused'; readonly message: string }

/** A process that writes, and all that it has told. `under` is a command that starts it: a tracer, a shell with limits. */
export class Writer {
  readonly told: Told[] = []
  readonly #child: ChildProcess

  constructor(dataDir: string, round = 0, under: readonly string[] = []) {
    const command = [
      ...under,
      process.execPath,
      join(import.meta.dirname, 'writer.ts'),
      dataDir,
      String(round),
    ]
    this.#child = spawn(command[0] as string, command.slice(1), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.on('message', (told: Told) => this.told.push(told))
  }

  get pid(): number | undefined {
    return this.told.find((told) => told.kind === 'pid')?.pid
  }

  acknowledged(): Told[] {
    return this.told.filter((told) => told.kind !== 'pid' && told.kind !== 'refused')
  }

  refusals(): Told[] {
    return this.told.filter((told) => told.kind === 'refused')
  }

  /** Returns when so many writes are acknowledged, or the process has ended. */
  async until(count: number): Promise<void> {
    const ended = this.ended()
    while (this.acknowledged().length < count && this.#isAlive())
      await Promise.race([once(this.#child, 'message'), ended])
  }

  async ended(): Promise<void> {
    if (this.#isAlive() || this.#child.connected) await once(this.#child, 'close')
  }

  /** kill -9 of the process that has the store; what it told before is still heard. */
  async kill(): Promise<void> {
    const ended = this.ended()
    if (this.pid !== undefined && this.#isAlive()) process.kill(this.pid, 'SIGKILL')
    await ended
  }

  #isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }
}

/** Every acknowledged write is there, no transaction is torn, and index entries equal documents. */
export async function expectNothingLost(db: Db, told: readonly Told[]): Promise<void> {
  const numbersIn = async (name: string): Promise<Set<unknown>> => {
    const found = await db.connection
      .collection(name)
      .find({}, { projection: { n: 1 } })
      .toArray()
    return new Set(found.map((one) => one['n']))
  }
  const [writes, pairs, halves] = [
    await numbersIn('writes'),
    await numbersIn('pairs'),
    await numbersIn('halves'),
  ]
  const counters = await db.connection.collection<{ _id: string; n: number }>('counters').find().toArray()
  const counts = new Map(counters.map((one) => [one._id, one.n]))
  const isStored = (one: Told): boolean => {
    if (one.kind === 'write') return writes.has(one.n)
    if (one.kind === 'pair') return pairs.has(one.n)
    return one.kind !== 'counter' || (counts.get(one.caller) ?? 0) >= one.n
  }
  expect(
    told.filter((one) => !isStored(one)),
    'acknowledged writes that are lost',
  ).to.deep.equal([])
  expect(halves, 'second halves of transactions').to.deep.equal(pairs)
  const integrity = await db.embedded?.integrity()
  expect(integrity?.faults, 'documents and index entries').to.deep.equal([])
}
