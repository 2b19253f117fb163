import type { Hex } from '../kernel/bytes.ts'
import type {
  BlockRef,
  ChainReader,
  ItemChainState,
  ItemQuery,
  OwnershipFact,
} from '../kernel/chain-facts.ts'
import { type Clock, pause } from '../kernel/clock.ts'
import { AppError, isAppError, messageOf } from '../kernel/errors.ts'
import type { ContractAddresses } from './contracts.ts'
import type { Head, Heads } from './head.ts'
import { decodeStatesOf, encodeStatesOf } from './ownership-codec.ts'
import { callAt } from './pinned.ts'
import { type Rpc, unreachable } from './rpc.ts'
import { decodeStatuses, encodeStatuses, factsOf, type RawStatus } from './status-words.ts'

export type ReaderOptions = {
  readonly rpc: Rpc
  readonly heads: Heads
  readonly clock: Clock
  /** Null until the contracts are known. */
  readonly addresses: () =>
    | (Pick<ContractAddresses, 'ItemRegistry'> & Partial<Pick<ContractAddresses, 'ItemOwnership'>>)
    | null
}

/** What both contracts say of one query. */
type Answer = { readonly status: RawStatus; readonly ownership: OwnershipFact | null }

/** Most queries in one call: about 2.5 million gas of reads, far below what nodes allow an `eth_call`. */
const QUERIES_MAX = 500
/** A new head is asked for when the last one is older than this. */
const HEAD_FRESH_MS = 250
/** Calls begin at least this far apart, so that queries of a busy moment share one. */
const CALL_SPACING_MS = 5
const CACHE_MAX = 20_000

type Waiting = {
  readonly queries: readonly ItemQuery[]
  resolve(answer: { at: Head; states: ItemChainState[] }): void
  reject(error: unknown): void
}

/**
 * Reads item states at one pinned block. An idle reader asks at once; a busy one gathers the queries of 5 ms into one
 * `eth_call`. What a block says never changes, so answers of the newest block are kept while it is the newest.
 */
export function createChainReader(options: ReaderOptions): ChainReader {
  const { heads, clock } = options
  const cache = new BlockCache()
  let waiting: Waiting[] = []
  let running = false

  const drain = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) {
      const beganAtMs = clock.nowMs()
      const group = takeGroup(waiting)
      waiting = waiting.slice(group.length)
      await answer(options, cache, group)
      const restMs = CALL_SPACING_MS - (clock.nowMs() - beganAtMs)
      if (waiting.length > 0 && restMs > 0) await pause(restMs)
    }
    running = false
  }

  return {
    async itemStates(queries) {
      const known = remembered(heads, cache, queries)
      if (known !== null) return known
      const { at, states } = await new Promise<{ at: Head; states: ItemChainState[] }>((resolve, reject) => {
        waiting.push({ queries, resolve, reject })
        if (!running) void drain()
      })
      return { at: at.block, states }
    },
    head: async () => (await heads.fresh(HEAD_FRESH_MS)).block,
  }
}

/** The answer where the newest block was seen just now and all that is asked was read at it before; else null. */
function remembered(
  heads: Heads,
  cache: BlockCache,
  queries: readonly ItemQuery[],
): { at: BlockRef; states: ItemChainState[] } | null {
  const head = heads.last()
  if (head === null || heads.ageMs() > HEAD_FRESH_MS) return null
  const known = cache.of(head.block.blockHash)
  const states = queries.flatMap((query) => known.get(keyOf(query)) ?? []).map((one) => stateOf(one, head))
  return states.length === queries.length ? { at: head.block, states } : null
}

/** As many waiting callers as fit in one call, at least one. */
function takeGroup(waiting: readonly Waiting[]): Waiting[] {
  let size = 0
  const end = waiting.findIndex((one) => {
    size += one.queries.length
    return size > QUERIES_MAX
  })
  return waiting.slice(0, end < 0 ? waiting.length : Math.max(end, 1))
}

/** Answers a group at one block. A block that was reorganised away meanwhile is replaced by the newest, once. */
async function answer(options: ReaderOptions, cache: BlockCache, group: readonly Waiting[]): Promise<void> {
  const queries = group.flatMap((one) => one.queries)
  try {
    const { head, raw } = await readPinned(options, cache, queries)
    let from = 0
    for (const one of group) {
      const states = raw.slice(from, from + one.queries.length).map((answer) => stateOf(answer, head))
      one.resolve({ at: head, states })
      from += one.queries.length
    }
  } catch (error) {
    // Whatever the reason, there is no answer: a doubt about the network is no statement about an item.
    const reason = isAppError(error, 'chain.unreachable') ? error : unreachable(messageOf(error), error)
    for (const one of group) one.reject(reason)
  }
}

async function readPinned(
  options: ReaderOptions,
  cache: BlockCache,
  queries: readonly ItemQuery[],
): Promise<{ head: Head; raw: Answer[] }> {
  const head = await options.heads.fresh(HEAD_FRESH_MS)
  try {
    return { head, raw: await readAt(options, cache, { head, queries }) }
  } catch (error) {
    if (!isAppError(error, 'chain.rejected')) throw error
    const newer = await options.heads.fresh(0)
    try {
      return { head: newer, raw: await readAt(options, cache, { head: newer, queries }) }
    } catch (second) {
      throw isAppError(second, 'chain.rejected') ? unreachable(second.message, second) : second
    }
  }
}

async function readAt(
  options: ReaderOptions,
  cache: BlockCache,
  at: { head: Head; queries: readonly ItemQuery[] },
): Promise<Answer[]> {
  const known = cache.of(at.head.block.blockHash)
  const missing = [...new Map(at.queries.map((q) => [keyOf(q), q]))].filter(([key]) => !known.has(key))
  for (let i = 0; i < missing.length; i += QUERIES_MAX) {
    const part = missing.slice(i, i + QUERIES_MAX)
    const read = await callBoth(
      options,
      at.head,
      part.map(([, query]) => query),
    )
    part.forEach(([key], n) => {
      const answer = read[n]
      if (answer !== undefined) known.set(key, answer)
    })
  }
  const answers = at.queries.map((query) => known.get(keyOf(query)))
  cache.trim()
  if (answers.some((one) => one === undefined))
    throw unreachable('the registry answered fewer items than asked')
  return answers as Answer[]
}

/** Asks both contracts at one block. */
async function callBoth(
  { rpc, addresses }: ReaderOptions,
  head: Head,
  queries: readonly ItemQuery[],
): Promise<Answer[]> {
  const known = addresses()
  if (known === null)
    throw new AppError(
      'chain.not_ready',
      'The contracts are not known yet',
      {},
      { cause: unreachable('not reached since the start') },
    )
  const tokenIds = queries.flatMap(({ tokenId }) => tokenId ?? [])
  const ofOwners =
    known.ItemOwnership === undefined || tokenIds.length === 0
      ? []
      : [{ to: known.ItemOwnership, data: encodeStatesOf(tokenIds) }]
  const ofStatuses = { to: known.ItemRegistry, data: encodeStatuses(queries) }
  const [statuses, owners] = await callAt(rpc, head.block, [ofStatuses, ...ofOwners])
  const read = statuses === undefined ? null : decodeStatuses(statuses, queries.length)
  if (read === null) throw unreachable('the registry is not at its address')
  if (read.some(({ anchor }) => (anchor?.blockNumber ?? 0) > head.block.blockNumber))
    throw new AppError('chain.rejected', 'the endpoint answered from a later block than it was asked for')
  const states = owners === undefined ? [] : decodeStatesOf(owners, tokenIds.length)
  if (states === null) throw unreachable('the ownership contract is not at its address')
  const next = states.values()
  return read.map((status, i) => {
    const ownership = queries[i]?.tokenId === undefined ? null : (next.next().value ?? null)
    return { status, ownership }
  })
}

function stateOf({ status, ownership }: Answer, head: Head): ItemChainState {
  return factsOf(status, head, ownership)
}

function keyOf({ root, index, thumbprint, tokenId }: ItemQuery): string {
  return `${root}${index}${thumbprint}${tokenId ?? ''}`
}

/** Answers of one block, by query. */
class BlockCache {
  #blockHash: Hex | null = null
  #answers = new Map<string, Answer>()

  of(blockHash: Hex): Map<string, Answer> {
    if (blockHash !== this.#blockHash) {
      this.#blockHash = blockHash
      this.#answers = new Map()
    }
    return this.#answers
  }

  /** Forgets the oldest beyond the limit. */
  trim(): void {
    for (const key of this.#answers.keys()) {
      if (this.#answers.size <= CACHE_MAX) return
      this.#answers.delete(key)
    }
  }
}
