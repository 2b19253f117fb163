import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause, systemClock } from '../../server/kernel/clock.ts'
import type { LogData, Logger } from '../../server/kernel/log.ts'

/** A folder of its own for a test, removed by `remove`. */
export async function tempFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'cachet-chain-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Asks again and again until the answer is there; fails with what was awaited. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | false>,
  withinMs = 15_000,
): Promise<T> {
  const deadline = systemClock.nowMs() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== false) return answer
    if (systemClock.nowMs() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await pause(20)
  }
}

/** The root that an event of the registries is about; fails for one of the ownership contract. */
export function rootOf(event: object): string {
  if ('root' in event && typeof event.root === 'string') return event.root
  throw new Error('the event is not of the registries')
}

/** A log that can be read. */
export function recordingLog(): Logger & {
  readonly lines: { level: string; data: LogData; message: string }[]
} {
  const lines: { level: string; data: LogData; message: string }[] = []
  const at = (level: string) => (data: LogData, message: string) => void lines.push({ level, data, message })
  const log = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return log
}

/** The error an action ends with; fails when it succeeds. */
export async function rejection(
  action: Promise<unknown>,
): Promise<{ code?: string; message: string; data?: Record<string, unknown> }> {
  return action.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: { code?: string; message: string; data?: Record<string, unknown> }) => error,
  )
}

/** Numbers in [0, 1) from a seed (mulberry32), so that a failing case can be run again. */
export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
