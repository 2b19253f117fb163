import { type Hex, toHex } from '../kernel/bytes.ts'
import { readBlock } from './blocks.ts'
import { type ContractAddresses, contractInterfaces, type Refusal } from './contracts.ts'
import type { Inclusion } from './outbox-entry.ts'
import type { OutboxParts } from './outbox-settle.ts'
import type { Rpc } from './rpc.ts'

const ALREADY_ANCHORED = 'ItemRegistryRootAnchored'

/**
 * Recognises an anchor that the same brand made before with the same content: to write it again is a success. Happens
 * when the record of the first transaction was lost, for example with a backup of the store that is older than the chain.
 */
export function createDoneBefore({
  rpc,
  addresses,
}: {
  rpc: Rpc
  addresses: () => ContractAddresses | null
}): OutboxParts['doneBefore'] {
  const registry = contractInterfaces.ItemRegistry
  return async (call, refusal: Refusal): Promise<Inclusion | null> => {
    const to = addresses()?.ItemRegistry
    if (refusal.name !== ALREADY_ANCHORED || call.method !== 'anchor' || to === undefined) return null
    const [brandId, root, leafCount, kind] = registry.decodeFunctionData('anchor', call.data).toArray() as [
      string,
      string,
      bigint,
      bigint,
    ]
    const result = await rpc.call<Hex>('eth_call', [
      { to, data: registry.encodeFunctionData('anchorOf', [root]) },
      'latest',
    ])
    const anchor = registry.decodeFunctionResult('anchorOf', result)[0] as Record<
      'brandId' | 'leafCount' | 'kind' | 'blockNumber',
      unknown
    >
    const same = anchor.brandId === brandId && anchor.leafCount === leafCount && anchor.kind === kind
    return same ? inclusionAt(rpc, Number(anchor.blockNumber)) : null
  }
}

async function inclusionAt(rpc: Rpc, blockNumber: number): Promise<Inclusion | null> {
  const block = await readBlock(rpc, blockNumber)
  if (block === null) return null
  return {
    blockNumber,
    blockHash: toHex(block.hash, 32),
    transactionHash: null,
    gasUsed: null,
    reverted: false,
  }
}
