import { addressOf } from './chain-keys.ts'
import { transactionCount } from './outbox-chain.ts'
import type { Attempt } from './outbox-entry.ts'
import { broadcastRaw, type OutboxParts, type Pass } from './outbox-settle.ts'
import { bumpFees, signTransaction, suggestFees } from './transactions.ts'

/** Closes gaps in the account's nonces: without the missing one no later transaction is ever included. */
export type GapFiller = {
  /** Called once a pass, with whether the next nonce of the chain belongs to none of our transactions though later ones do. */
  look(pass: Pass, isGap: boolean): Promise<void>
}

/** A plain transfer, if the node cannot say what it costs. */
const TRANSFER_GAS = 21_000n

/**
 * A gap comes about when somebody else's transaction of this account was in the node's pool, and then was dropped. It is
 * given `bumpMs` to show up again; then an empty transfer to the account itself takes its place. That is not stored: it
 * has no effect, and if the chain loses it, the gap is seen again.
 */
export function createGapFiller(parts: OutboxParts): GapFiller {
  const self = addressOf(parts.relayerKey)
  let open: { nonce: number; sinceMs: number; filler: Attempt | null } | null = null

  const fill = async (pass: Pass, before: Attempt | null): Promise<Attempt> => {
    const { chainId } = pass.account
    const suggested = await suggestFees(parts.rpc, pass.head)
    const fees = before === null ? suggested : bumpFees(before, suggested)
    const call = { from: self, to: self, value: '0x0' }
    const gasLimit = await parts.rpc.call<string>('eth_estimateGas', [call]).then(BigInt, () => TRANSFER_GAS)
    const unsigned = { chainId, nonce: pass.count, to: self, data: '0x', gasLimit } as const
    const attempt = signTransaction(parts.relayerKey, unsigned, { fees, nowMs: parts.clock.nowMs() })
    parts.log.warn({ nonce: pass.count, hash: attempt.hash }, 'filling a gap in the nonces of the account')
    await broadcastRaw(parts, attempt.raw, { nonce: pass.count })
    return attempt
  }

  return {
    async look(pass, isGap) {
      if (!isGap) {
        open = null
        return
      }
      const nowMs = parts.clock.nowMs()
      if (open?.nonce !== pass.count) open = { nonce: pass.count, sinceMs: nowMs, filler: null }
      if (nowMs - open.sinceMs < parts.timing.bumpMs) return
      const somebodyElses = open.filler === null && (await isPooled(parts, pass))
      open = { ...open, sinceMs: nowMs, filler: somebodyElses ? null : await fill(pass, open.filler) }
    },
  }
}

/** True when the node has a transaction for the next nonce and only waits to include it. */
async function isPooled({ rpc }: OutboxParts, { account, count }: Pass): Promise<boolean> {
  return (await transactionCount(rpc, account.address, 'pending')) > count
}
