import { Transaction, Wallet } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { pause } from '../kernel/clock.ts'
import { AppError, isAppError, messageOf } from '../kernel/errors.ts'
import { addressOf } from './chain-keys.ts'
import type { JournalEntry } from './deploy-journal.ts'
import type { Unsigned } from './deploy-steps.ts'
import type { Rpc } from './rpc.ts'

export type Receipt = { readonly blockNumber: string; readonly status: string }

const PRIORITY_FEE_DEFAULT = 1_000_000_000n
/** Only the base fee and the tip are paid; the ceiling lets the same bytes be sent again when fees have risen. */
const BASE_FEE_ROOM = 4n
const MAX_FEE_FLOOR = 10_000_000_000n
/** Estimates are exact for the newest block; state may differ a little by the time of inclusion. */
const GAS_ROOM_PERCENT = 130n
const WAIT_FIRST_MS = 20
const WAIT_MAX_MS = 1_000
/** About three minutes in all. */
const WAITS_MAX = 180
const RESEND_EVERY = 10
/** What nodes say of bytes they have, or have mined, already. */
const KNOWN = /already known|already imported|known transaction|nonce too low|already exists/i

export type SignOptions = {
  readonly key: Hex
  readonly chainId: number
  readonly step: string
  readonly nonce: number
}

/** Signs a step with the fees of now. */
export async function signStep(
  rpc: Rpc,
  unsigned: Unsigned,
  { key, chainId, step, nonce }: SignOptions,
): Promise<JournalEntry> {
  const from = addressOf(key)
  const call = { from, data: unsigned.data, ...(unsigned.to === null ? {} : { to: unsigned.to }) }
  const [gas, fees] = await Promise.all([rpc.call<string>('eth_estimateGas', [call]), feesNow(rpc)])
  const gasLimit = (BigInt(gas) * GAS_ROOM_PERCENT) / 100n
  const { to, data } = unsigned
  const transaction = Transaction.from({ type: 2, chainId, nonce, to, data, value: 0n, gasLimit, ...fees })
  transaction.signature = new Wallet(key).signingKey.sign(transaction.unsignedHash)
  return {
    step,
    chainId,
    from,
    nonce,
    hash: toHex(transaction.hash ?? '', 32),
    raw: toHex(transaction.serialized),
  }
}

async function feesNow(rpc: Rpc): Promise<{ maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }> {
  const [block, tip] = await Promise.all([
    rpc.call<{ baseFeePerGas?: string }>('eth_getBlockByNumber', ['latest', false]),
    rpc.call<string>('eth_maxPriorityFeePerGas', []).then(BigInt, () => PRIORITY_FEE_DEFAULT),
  ])
  const ceiling = BigInt(block.baseFeePerGas ?? '0x0') * BASE_FEE_ROOM + tip
  return { maxFeePerGas: ceiling > MAX_FEE_FLOOR ? ceiling : MAX_FEE_FLOOR, maxPriorityFeePerGas: tip }
}

/** Sends the signed bytes until they are in a block. Throws `chain.deployment_failed`, or what `rpc.call` throws. */
export async function sendUntilMined(rpc: Rpc, entry: JournalEntry): Promise<Receipt> {
  for (let i = 0, waitMs = WAIT_FIRST_MS; i < WAITS_MAX; i++, waitMs = Math.min(waitMs * 2, WAIT_MAX_MS)) {
    if (i % RESEND_EVERY === 0) await send(rpc, entry)
    const receipt = await receiptOf(rpc, entry)
    if (receipt !== null) return receipt
    await pause(waitMs)
  }
  throw failed(entry, 'was not included in a block in time. Start again: it is resumed')
}

/** The receipt of a step; null while there is none. Throws `chain.deployment_failed` when the step was reverted. */
export async function receiptOf(rpc: Rpc, entry: JournalEntry): Promise<Receipt | null> {
  const receipt = await rpc.call<Receipt | null>('eth_getTransactionReceipt', [entry.hash])
  if (receipt?.status === '0x0') throw failed(entry, 'was reverted. Deploy anew into an empty folder')
  return receipt
}

async function send(rpc: Rpc, entry: JournalEntry): Promise<void> {
  try {
    await rpc.call('eth_sendRawTransaction', [entry.raw])
  } catch (cause) {
    if (!isAppError(cause, 'chain.rejected')) throw cause
    if (!KNOWN.test(messageOf(cause))) throw failed(entry, `was refused: ${messageOf(cause)}`, cause)
  }
}

function failed({ step, hash }: JournalEntry, what: string, cause?: unknown): AppError {
  return new AppError(
    'chain.deployment_failed',
    `Step ${step} of the deployment ${what}.`,
    { step, hash },
    { cause },
  )
}
