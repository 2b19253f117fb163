import type { OwnershipFact } from '../../kernel/chain-facts.ts'
import { AppError } from '../../kernel/errors.ts'
import type { SignedAct } from './types.ts'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE
/** Seconds a signature counts if nothing is asked, and at most: an act is done now, a permit waits for a sale. */
const SPANS: Readonly<Record<'act' | 'permit', { readonly usual: number; readonly max: number }>> = {
  act: { usual: 15 * MINUTE, max: 7 * DAY },
  permit: { usual: 7 * DAY, max: 90 * DAY },
}

/** Unix seconds until which a signature counts; throws `ownership.deadline_rejected`. */
export function deadlineFor(act: SignedAct, nowUnix: number, asked: number | null): number {
  const { usual, max } = SPANS[act === 'permit' ? 'permit' : 'act']
  if (asked === null) return nowUnix + usual
  if (asked > nowUnix && asked <= nowUnix + max) return asked
  const message = `the deadline must be within the next ${max} seconds`
  throw new AppError('ownership.deadline_rejected', message, { deadline: asked, now: nowUnix })
}

/**
 * The nonce an act is signed for, 0 for a claim. Throws what the contract would say of the item's present state, so that
 * nobody is asked to sign in vain; the contract alone decides.
 */
export function nonceFor(act: SignedAct, state: OwnershipFact): number {
  if (act === 'claim') {
    if (!state.claimed) return 0
    const claimedAt = state.claimedAtUnix
    throw new AppError('ownership.already_claimed', 'the item has an owner already', { claimedAt })
  }
  if (!state.claimed) throw new AppError('ownership.unclaimed_rejected', 'nobody has claimed the item')
  const { stolen, recovery, nonce } = state
  if (stolen && (act === 'transfer' || act === 'report_stolen' || act === 'permit'))
    throw new AppError('ownership.stolen_rejected', 'the item is reported stolen', {
      stolenAt: stolen.atUnix,
    })
  if (!stolen && act === 'report_recovered')
    throw new AppError('ownership.not_stolen_rejected', 'the item is not reported stolen')
  if (recovery && act === 'recover')
    throw new AppError('ownership.recovery_conflict', 'a recovery is pending', {
      readyAt: recovery.readyAtUnix,
    })
  if (!recovery && act === 'cancel_recovery')
    throw new AppError('ownership.recovery_not_found', 'no recovery is pending')
  return nonce
}
