import type { Hex } from '../../kernel/bytes.ts'
import { AppError } from '../../kernel/errors.ts'
import { type ContractHead, joinsOn, NO_EVENTS, type RegistryAt, readContractHeads } from '../brand-chain.ts'
import type { ContractAddresses } from '../contracts.ts'
import { type ReadEvent, readStretch, STRETCH_BLOCKS } from '../follower-chain.ts'
import type { Head } from '../head.ts'
import { type Rpc, unreachable } from '../rpc.ts'

const HEADS_AT_ONCE = 200

export type Deployed = { readonly addresses: ContractAddresses; readonly fromBlock: number }

/**
 * Every event of the registries up to a block. Those of items are proven complete and unaltered: of each brand they lead,
 * hash for hash, to what the contract has in storage at that block. For those of ownership the contract keeps no hash.
 * Throws `chain.events_withheld` where a brand's events do not lead there, and `chain.unreachable`: then nothing can be
 * said.
 */
export async function provenEvents(rpc: Rpc, deployed: Deployed, head: Head): Promise<ReadEvent[]> {
  const { blockNumber, blockHash } = head.block
  const events: ReadEvent[] = []
  let parentHash: Hex | null = null
  for (let from = deployed.fromBlock; from <= blockNumber; ) {
    const to = Math.min(from + STRETCH_BLOCKS - 1, blockNumber)
    const stretch = await readStretch(rpc, { from, to, parentHash, addresses: deployed.addresses })
    if (stretch === null) throw unreachable('the chain changed while it was read; run it again')
    events.push(...stretch.events)
    parentHash = stretch.hash
    from = stretch.number + 1
  }
  await prove(rpc, { registry: deployed.addresses.ItemRegistry, blockHash, blockNumber }, events)
  return events
}

async function prove(rpc: Rpc, at: RegistryAt, events: readonly ReadEvent[]): Promise<void> {
  const reached = new Map<Hex, ContractHead>()
  for (const event of events) {
    if (!('digest' in event)) continue
    const { brandId, brandSequence: sequence, runningHash, digest } = event
    const before = reached.get(brandId) ?? { sequence: 0, runningHash: NO_EVENTS }
    if (!joinsOn(before, { sequence, runningHash, digest })) throw withheld(brandId, before.sequence + 1)
    reached.set(brandId, { sequence, runningHash })
  }
  const brands = [...reached.keys()]
  for (let i = 0; i < brands.length; i += HEADS_AT_ONCE) {
    const some = brands.slice(i, i + HEADS_AT_ONCE)
    const stored = await readContractHeads(rpc, at, some)
    if (stored === null) throw unreachable('the chain changed while it was read; run it again')
    for (const [k, brandId] of some.entries()) {
      const [has, told] = [stored[k], reached.get(brandId)]
      if (has?.sequence !== told?.sequence || has?.runningHash !== told?.runningHash)
        throw withheld(brandId, (told?.sequence ?? 0) + 1)
    }
  }
}

function withheld(brandId: Hex, sequence: number): AppError {
  const message = `the endpoint leaves out or alters event ${sequence} of brand ${brandId}`
  return new AppError('chain.events_withheld', message, { brandId, sequence })
}
