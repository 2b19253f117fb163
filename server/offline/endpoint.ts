import { BRAND_REGISTRY_SELECTOR, decodeStatuses, encodeStatuses, factsOf } from '../chain/status-words.ts'
import type { Hex } from '../kernel/bytes.ts'
import type { BlockRef, ChainReader } from '../kernel/chain-facts.ts'

/** JSON-RPC to one endpoint: rejects with `EndpointError` when there is no answer that could be read. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>

/** Why an endpoint could not be asked. It never says anything about an item. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'
}

/** What an endpoint calls its newest block, and up to where it says that nothing can be undone. */
export type ChainView = {
  readonly chainId: number
  readonly head: BlockRef
  /** -1 while no block is final. */
  readonly finalNumber: number
}

/** Chain id of the embedded development chain, whose every block is final at once. */
const DEVNET = 31337
const HASH = /^0x[0-9a-f]{64}$/
const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]{0,12})$/

/** The endpoint's present view; the finalized block is asked for on every network but the development chain. */
export async function viewOf(ask: Ask): Promise<ChainView> {
  const [id, newest, finalized] = await Promise.all([
    ask('eth_chainId', []),
    ask('eth_getBlockByNumber', ['latest', false]),
    ask('eth_getBlockByNumber', ['finalized', false]).catch(() => null),
  ])
  const chainId = quantity(id)
  const head = blockOf(newest, chainId)
  if (head === null) throw new EndpointError('the endpoint has no newest block')
  const final = chainId === DEVNET ? head : blockOf(finalized, chainId)
  return { chainId, head, finalNumber: Math.min(final?.blockNumber ?? -1, head.blockNumber) }
}

/** The block of this number on the endpoint's chain; null where it has none. */
export async function blockAt(ask: Ask, number: number, chainId: number): Promise<BlockRef | null> {
  return blockOf(await ask('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]), chainId)
}

/** Reads item states from the registry at exactly one block, named by its hash. */
export function readerAt(
  ask: Ask,
  { registry, view, block }: { registry: string; view: ChainView; block: BlockRef },
): Pick<ChainReader, 'itemStates'> {
  return {
    async itemStates(queries) {
      const result = await callAt(ask, { to: registry, data: encodeStatuses(queries), block })
      const raw = decodeStatuses(result, queries.length)
      if (raw === null) throw new EndpointError('no item registry stands at this address')
      return { at: block, states: raw.map((one) => factsOf(one, { block, finalNumber: view.finalNumber })) }
    },
  }
}

/** The brand registry that an item registry asks about keys. */
export async function brandRegistryOf(ask: Ask, registry: string, block: BlockRef): Promise<string> {
  const result = await callAt(ask, { to: registry, data: BRAND_REGISTRY_SELECTOR, block })
  return `0x${result.slice(-40)}`
}

/** EIP-1898: the block by its hash, and only while it is on the canonical chain. */
async function callAt(
  ask: Ask,
  { to, data, block }: { to: string; data: Hex; block: BlockRef },
): Promise<Hex> {
  const at = { blockHash: block.blockHash, requireCanonical: true }
  const result = await ask('eth_call', [{ to, data }, at])
  if (typeof result === 'string' && /^0x(?:[0-9a-f]{2})*$/.test(result)) return result as Hex
  throw new EndpointError('the endpoint answered no bytes')
}

function blockOf(value: unknown, chainId: number): BlockRef | null {
  if (value === null || value === undefined) return null
  const { number, hash, timestamp } = value as Readonly<Record<string, unknown>>
  if (typeof hash !== 'string' || !HASH.test(hash)) throw new EndpointError('the endpoint sent no block')
  return { chainId, blockNumber: quantity(number), blockHash: hash as Hex, timeUnix: quantity(timestamp) }
}

function quantity(value: unknown): number {
  if (typeof value === 'string' && QUANTITY.test(value)) return Number(value)
  throw new EndpointError('the endpoint sent no number')
}
