import { pause } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import type { Job } from '../kernel/job.ts'
import type { Logger } from '../kernel/log.ts'

export type { Job }

export type RunningJob = {
  /** Runs the job soon, also when it is running now. */
  wake(): void
  /** Resolves when no run is under way any more. */
  stop(): Promise<void>
  readonly health: JobHealth
}

export type JobHealth = {
  readonly name: string
  runs: number
  failures: number
  failuresInARow: number
  lastError: string | null
}

const BACKOFF_MAX_MS = 30_000

/** Starts a job's loop. A failed run is logged and tried again later, with growing pauses up to 30 s. */
export function startJob(job: Job, log: Logger): RunningJob {
  const stopping = new AbortController()
  const health: JobHealth = { name: job.name, runs: 0, failures: 0, failuresInARow: 0, lastError: null }
  let nap = new AbortController()
  let woken = false
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      woken = false
      await runOnce(job, health, log, stopping.signal)
      if (woken && health.failuresInARow === 0) continue
      nap = new AbortController()
      const backoffMs = Math.min(
        job.everyMs * 2 ** health.failuresInARow,
        Math.max(BACKOFF_MAX_MS, job.everyMs),
      )
      await pause(backoffMs, AbortSignal.any([nap.signal, stopping.signal]))
    }
  }
  const finished = loop()
  return {
    health,
    wake() {
      woken = true
      nap.abort()
    },
    async stop() {
      stopping.abort()
      await finished
    },
  }
}

async function runOnce(job: Job, health: JobHealth, log: Logger, signal: AbortSignal): Promise<void> {
  health.runs += 1
  try {
    await job.run(signal)
    health.failuresInARow = 0
    health.lastError = null
  } catch (error) {
    if (signal.aborted) return
    health.failures += 1
    health.failuresInARow += 1
    health.lastError = messageOf(error)
    log.warn(
      { job: job.name, failuresInARow: health.failuresInARow, err: error },
      'job failed; it will run again',
    )
  }
}
