import type { Hex } from '../kernel/bytes.ts'
import type { BlockRef } from '../kernel/chain-facts.ts'
import { type Clock, pause } from '../kernel/clock.ts'
import { isAppError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { readBlock } from './blocks.ts'
import type { FinalityGuard } from './finality-guard.ts'
import { type Rpc, unreachable } from './rpc.ts'

/** When a block cannot be undone: so many blocks counted with itself, or what the node calls finalized. */
export type FinalityRule = number | 'finalized'

/** The newest block and, as of the same moment, the newest one that cannot be undone. */
export type Head = {
  readonly block: BlockRef
  readonly parentHash: Hex
  /** -1 while no block is final. */
  readonly finalNumber: number
  readonly baseFeePerGas: bigint
}

export type Heads = {
  /** The last head seen, however old; null before the first. */
  last(): Head | null
  /** Age of the last head in milliseconds; infinite before the first. */
  ageMs(): number
  /**
   * A head asked for at most maxAgeMs ago; 0 always asks. Where the chain does not answer, the last head while it is younger than
   * the limit of 5 s, else `chain.unreachable`. Throws `chain.finality_broken` while blocks that were final are others.
   */
  fresh(maxAgeMs: number): Promise<Head>
  /** Calls back when the newest block changed. Returns a way to stop. */
  onChange(listener: (head: Head) => void): () => void
  close(): Promise<void>
}

export type HeadsOptions = {
  readonly rpc: Rpc
  readonly finality: FinalityRule
  readonly clock: Clock
  readonly log: Logger
  readonly pollMs: number
  /**
   * Watches over what was final, and over the chain not falling back; null on the embedded chain, whose newest blocks may
   * be lost when it dies, and where one answer is all that is wanted.
   */
  readonly guard?: FinalityGuard | null
}

/** An answer is never given from a head older than this. */
export const HEAD_AGE_MAX_MS = 5_000
/** After a failure the chain is not asked again for this long, so that an outage answers quickly. */
const RETRY_AFTER_MS = 250

export function trackHeads(options: HeadsOptions): Heads {
  const { clock, log } = options
  const stopping = new AbortController()
  const listeners = new Set<(head: Head) => void>()
  let last: { head: Head; askedAtMs: number } | null = null
  let failed: { error: unknown; atMs: number } | null = null
  let asking: Promise<Head> | null = null

  const ageMs = (): number => (last === null ? Number.POSITIVE_INFINITY : clock.nowMs() - last.askedAtMs)

  const ask = async (): Promise<Head> => {
    const askedAtMs = clock.nowMs()
    try {
      const head = await readHead(options, last?.head ?? null)
      const changed = last?.head.block.blockHash !== head.block.blockHash
      if (failed !== null) log.info({ blockNumber: head.block.blockNumber }, 'the chain answers again')
      last = { head, askedAtMs }
      failed = null
      if (changed) for (const listener of listeners) listener(head)
      return head
    } catch (error) {
      const isBroken = isAppError(error, 'chain.finality_broken')
      if (isBroken) last = null
      const isNews = failed === null || isBroken !== isAppError(failed.error, 'chain.finality_broken')
      if (isNews && isBroken)
        log.error({ err: error }, 'blocks that were final were replaced; nothing is answered')
      else if (isNews) log.warn({ err: error }, 'the chain does not answer')
      failed = { error, atMs: clock.nowMs() }
      throw error
    } finally {
      asking = null
    }
  }

  /** One question at a time: whoever asks meanwhile shares the answer. */
  const refresh = (): Promise<Head> => {
    if (failed !== null && clock.nowMs() - failed.atMs < RETRY_AFTER_MS) return Promise.reject(failed.error)
    asking ??= ask()
    return asking
  }

  const fresh = async (maxAgeMs: number): Promise<Head> => {
    if (last !== null && maxAgeMs > 0 && ageMs() <= maxAgeMs) return last.head
    try {
      return await refresh()
    } catch (error) {
      // What contradicts a final block leaves no last head to fall back on.
      if (last !== null && ageMs() <= HEAD_AGE_MAX_MS) return last.head
      throw error instanceof Error ? error : unreachable(String(error))
    }
  }

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // The failure is kept, logged once and thrown to whoever asks for a head.
      await refresh().catch(() => undefined)
      await pause(options.pollMs, stopping.signal)
    }
  }
  const polling = poll()

  return {
    last: () => last?.head ?? null,
    ageMs,
    fresh,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      stopping.abort()
      await polling
    },
  }
}

/** A block header as JSON-RPC sends it. */
export type RpcBlock = {
  readonly number: string
  readonly hash: Hex
  readonly parentHash: Hex
  readonly timestamp: string
  readonly baseFeePerGas?: string
}

/** Everything in one request: newest block, newest final block, and the blocks that the guard looks at again. */
async function readHead(options: HeadsOptions, before: Head | null): Promise<Head> {
  const { rpc, finality, guard } = options
  await guard?.ready()
  const [chainId, block, final, ...watched] = await Promise.all([
    rpc.chainId(),
    rpc.call<RpcBlock | null>('eth_getBlockByNumber', ['latest', false]),
    finality === 'finalized' ? rpc.call<RpcBlock | null>('eth_getBlockByNumber', ['finalized', false]) : null,
    ...(guard?.watched() ?? []).map((number) => readBlock(rpc, number)),
  ])
  if (block === null) throw unreachable('the endpoint has no newest block')
  const ref = blockRef(chainId, block)
  const byRule =
    finality === 'finalized' ? finalizedNumber(final, ref.blockNumber) : ref.blockNumber - finality + 1
  await guard?.check({ number: ref.blockNumber, chainId, before, finalNumber: byRule, watched })
  return {
    block: ref,
    parentHash: block.parentHash,
    finalNumber: guard ? Math.min(byRule, guard.finalNumber()) : byRule,
    baseFeePerGas: BigInt(block.baseFeePerGas ?? '0x0'),
  }
}

/** Where a node knows no finalized block nothing is final; one beyond the head (another node behind a balancer) is cut. */
function finalizedNumber(final: RpcBlock | null, headNumber: number): number {
  return final === null ? -1 : Math.min(Number(final.number), headNumber)
}

export function blockRef(chainId: number, block: RpcBlock): BlockRef {
  return {
    chainId,
    blockNumber: Number(block.number),
    blockHash: block.hash,
    timeUnix: Number(block.timestamp),
  }
}
