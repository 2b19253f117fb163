import { Transaction, Wallet } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import type { Head } from './head.ts'
import type { Attempt } from './outbox-entry.ts'
import type { Rpc } from './rpc.ts'

/** What the sender is willing to pay, in wei a unit of gas (EIP-1559). */
export type Fees = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }

export type UnsignedTransaction = {
  readonly chainId: number
  readonly nonce: number
  readonly to: Hex
  readonly data: Hex
  readonly gasLimit: bigint
}

const PRIORITY_FEE_DEFAULT = 1_000_000_000n
/**
 * The limit is a ceiling, only base fee and tip are paid. It is never lower than this, so that bytes signed when the
 * chain was cheap can be replayed on a development chain that starts again at its first base fee of 1 gwei.
 */
const MAX_FEE_FLOOR = 10_000_000_000n
/** A replacement must pay at least 10 % more on geth (`txpool.pricebump`), 12.5 % on others. */
const BUMP_NUMERATOR = 1_125n
const BUMP_DENOMINATOR = 1_000n

/** Fees that outlast six full blocks: twice the base fee, and the tip the node suggests. */
export async function suggestFees(rpc: Rpc, head: Head): Promise<Fees> {
  const tip = await rpc.call<string>('eth_maxPriorityFeePerGas', []).then(BigInt, () => PRIORITY_FEE_DEFAULT)
  const maxFee = head.baseFeePerGas * 2n + tip
  return { maxFeePerGas: maxFee > MAX_FEE_FLOOR ? maxFee : MAX_FEE_FLOOR, maxPriorityFeePerGas: tip }
}

/** Fees of a replacement: what is suggested now, and at least an eighth more than before. */
export function bumpFees(before: Attempt, suggested: Fees): Fees {
  const raised = (text: string): bigint => (BigInt(text) * BUMP_NUMERATOR) / BUMP_DENOMINATOR + 1n
  const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
  return {
    maxFeePerGas: larger(raised(before.maxFeePerGas), suggested.maxFeePerGas),
    maxPriorityFeePerGas: larger(raised(before.maxPriorityFeePerGas), suggested.maxPriorityFeePerGas),
  }
}

/** Signs an EIP-1559 transaction: the bytes and their hash, ready to be stored before they are sent. */
export function signTransaction(
  key: Hex,
  unsigned: UnsignedTransaction,
  { fees, nowMs }: { fees: Fees; nowMs: number },
): Attempt {
  const transaction = Transaction.from({ type: 2, value: 0n, ...unsigned, ...fees })
  transaction.signature = new Wallet(key).signingKey.sign(transaction.unsignedHash)
  return {
    hash: toHex(transaction.hash ?? '', 32),
    raw: toHex(transaction.serialized),
    maxFeePerGas: fees.maxFeePerGas.toString(),
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas.toString(),
    signedAtMs: nowMs,
  }
}

/** The gas limit signed earlier: a replacement keeps it. */
export function gasLimitOf(attempt: Attempt): bigint {
  return Transaction.from(attempt.raw).gasLimit
}
