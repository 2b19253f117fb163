import { Piscina } from 'piscina'
import type { Mint } from '../items/index.ts'
import type { MintJob } from './mint.ts'

const IDLE_MS = 10_000
/** Runs that may wait for a thread: the batch job has few under way. */
const WAITING_MAX = 64
const HEAP_MB_MAX = 256
/** Rows and certificates live for one run: with more room for the young, fewer collections copy them. */
const YOUNG_MB = 64

/** The mint on its own threads: a signature and a claim key take about 150 µs an item, which no request should wait for. */
export function startMint({
  publicUrl,
  threads,
}: {
  publicUrl: string
  threads: number
}): Mint & { close(): Promise<void> } {
  const pool = new Piscina({
    filename: new URL('./mint.worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    maxQueue: WAITING_MAX,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, maxYoungGenerationSizeMb: YOUNG_MB },
  })
  return {
    mint: (order, key) =>
      pool.run({ ...order, ...key, publicUrl } satisfies MintJob, { name: 'mintItems' }) as ReturnType<
        Mint['mint']
      >,
    close: () => pool.destroy(),
  }
}
