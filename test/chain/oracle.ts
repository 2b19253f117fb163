import type { ContractAddresses } from '../../server/chain/contracts.ts'
import { decodeEvent, type RpcLog } from '../../server/chain/event-codec.ts'
import type { RpcBlock } from '../../server/chain/head.ts'
import type { Rpc } from '../../server/chain/rpc.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import type { BlockRef, ItemChainState, ItemQuery } from '../../server/kernel/chain-facts.ts'

type State = {
  readonly anchors: ReadonlyMap<Hex, { readonly blockNumber: number; readonly brandId: Hex }>
  readonly revoked: ReadonlySet<string>
}

type Known = { readonly number: number; readonly state: State }

const EMPTY: State = { anchors: new Map(), revoked: new Set() }

/**
 * What was true at each block there ever was, also at those that were reorganised away: from the events of the blocks, as
 * the node itself tells them. Answers of the gateway, which come from calls of the contract, are judged by it.
 */
export class Oracle {
  readonly #blocks = new Map<Hex, Known>()
  readonly #rpc: Rpc
  readonly #addresses: () => ContractAddresses

  constructor(rpc: Rpc, addresses: () => ContractAddresses) {
    this.#rpc = rpc
    this.#addresses = addresses
  }

  /** Takes in every block of the present chain that is not known yet. */
  async scan(): Promise<void> {
    const fresh: RpcBlock[] = []
    let block = await this.#block('eth_getBlockByNumber', 'latest')
    while (block !== null && !this.#blocks.has(block.hash)) {
      fresh.push(block)
      block = Number(block.number) === 0 ? null : await this.#block('eth_getBlockByHash', block.parentHash)
    }
    for (const one of fresh.toReversed()) {
      const before = this.#blocks.get(one.parentHash)?.state ?? EMPTY
      this.#blocks.set(one.hash, { number: Number(one.number), state: await this.#after(before, one) })
    }
  }

  /** What is wrong with an answer; null when nothing is. `confirmations` is the rule of finality. */
  fault(
    at: BlockRef,
    answers: readonly { readonly query: ItemQuery; readonly state: ItemChainState }[],
    confirmations: number,
  ): string | null {
    const known = this.#blocks.get(at.blockHash)
    if (known === undefined) return `there never was a block ${at.blockNumber} ${at.blockHash}`
    if (known.number !== at.blockNumber) return `block ${at.blockHash} has number ${known.number}`
    for (const { query, state } of answers) {
      const anchor = known.state.anchors.get(query.root) ?? null
      const said = state.anchor === null ? 'none' : `${state.anchor.blockNumber} ${state.anchor.brandId}`
      const was = anchor === null ? 'none' : `${anchor.blockNumber} ${anchor.brandId}`
      if (said !== was) return `anchor of ${query.root} at ${at.blockNumber}: ${said}, but it was ${was}`
      const isFinal = anchor !== null && anchor.blockNumber <= at.blockNumber - confirmations + 1
      // A block counts as final a look after the rule allows it, never before.
      if (state.anchor?.final && !isFinal) return `finality of ${query.root} at ${at.blockNumber}`
      const isRevoked = known.state.revoked.has(`${query.root}:${query.index}`)
      if (state.revoked !== isRevoked)
        return `revocation of ${query.root} at ${at.blockNumber}: ${state.revoked}`
    }
    return null
  }

  #block(method: string, which: string): Promise<RpcBlock | null> {
    return this.#rpc.call<RpcBlock | null>(method, [which, false])
  }

  async #after(before: State, block: RpcBlock): Promise<State> {
    const address = this.#addresses().ItemRegistry
    const logs = await this.#rpc.call<RpcLog[]>('eth_getLogs', [{ address, blockHash: block.hash }])
    if (logs.length === 0) return before
    const anchors = new Map(before.anchors)
    const revoked = new Set(before.revoked)
    for (const log of logs) {
      const event = decodeEvent(log)
      if (event?.kind === 'anchored')
        anchors.set(event.root, { blockNumber: Number(block.number), brandId: event.brandId })
      if (event?.kind === 'revoked')
        for (const leaf of leavesOf(event.words)) revoked.add(`${event.root}:${leaf}`)
    }
    return { anchors, revoked }
  }
}

function leavesOf(words: readonly { readonly word: number; readonly mask: Hex }[]): number[] {
  return words.flatMap(({ word, mask }) =>
    Array.from({ length: 256 }, (_, bit) => bit)
      .filter((bit) => (BigInt(mask) >> BigInt(bit)) & 1n)
      .map((bit) => word * 256 + bit),
  )
}

/** Every event of the item registry on the present chain, in order: what a store is compared with. */
export async function registryEvents(
  rpc: Rpc,
  addresses: ContractAddresses,
): Promise<{ kind: string; root: Hex; brandSequence: number; runningHash: Hex; blockHash: Hex }[]> {
  const filter = { address: addresses.ItemRegistry, fromBlock: '0x0', toBlock: 'latest' }
  const logs = await rpc.call<RpcLog[]>('eth_getLogs', [filter])
  return logs.flatMap((log) => {
    const event = decodeEvent(log)
    if (event === null) return []
    const { kind, root, brandSequence, runningHash } = event
    return [{ kind, root, brandSequence, runningHash, blockHash: log.blockHash }]
  })
}
