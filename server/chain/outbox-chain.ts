import type { Hex } from '../kernel/bytes.ts'
import type { Inclusion, OutboxEntry } from './outbox-entry.ts'
import type { Rpc } from './rpc.ts'

/** A transaction receipt as JSON-RPC sends it. */
type RpcReceipt = {
  readonly blockNumber: string
  readonly blockHash: Hex
  readonly transactionHash: Hex
  readonly gasUsed: string
  readonly status: string
}

/** Where the chain has each entry, by any of its signed forms; asked in one request. */
export async function findInclusions(
  rpc: Rpc,
  entries: readonly OutboxEntry[],
): Promise<Map<string, Inclusion>> {
  const found = new Map<string, Inclusion>()
  const ask = async (entry: OutboxEntry): Promise<void> => {
    const receipts = await Promise.all(
      entry.attempts.map((a) => rpc.call<RpcReceipt | null>('eth_getTransactionReceipt', [a.hash])),
    )
    const receipt = receipts.find((r) => r !== null && r.blockHash !== null)
    if (receipt) found.set(entry.id, inclusionOf(receipt))
  }
  await Promise.all(entries.map(ask))
  return found
}

function inclusionOf(receipt: RpcReceipt): Inclusion {
  return {
    blockNumber: Number(receipt.blockNumber),
    blockHash: receipt.blockHash,
    transactionHash: receipt.transactionHash,
    gasUsed: Number(receipt.gasUsed),
    reverted: receipt.status === '0x0',
  }
}

/** How many transactions of an account the chain has, at a block or tag. */
export async function transactionCount(rpc: Rpc, address: Hex, block: string): Promise<number> {
  return Number(await rpc.call<string>('eth_getTransactionCount', [address, block]))
}
