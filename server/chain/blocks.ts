import type { Hex } from '../kernel/bytes.ts'
import type { RpcBlock } from './head.ts'
import type { Rpc } from './rpc.ts'

/** A number as JSON-RPC of Ethereum writes it: a QUANTITY, hexadecimal without leading zeros. */
export function quantity(n: number | bigint): Hex {
  return `0x${n.toString(16)}`
}

/** The block of this number; null where the endpoint has none. Throws as `Rpc.call` does. */
export function readBlock(rpc: Rpc, number: number): Promise<RpcBlock | null> {
  return rpc.call<RpcBlock | null>('eth_getBlockByNumber', [quantity(number), false])
}
