import type { OwnershipFact } from '../../kernel/chain-facts.ts'
import { AppError } from '../../kernel/errors.ts'
import { type ItemKey, parseDigitalLink } from '../../kernel/gs1.ts'
import type { HolderProof } from '../ownership/index.ts'
import { type FindingNote, note } from './judgement.ts'
import type { Subject } from './open-subject.ts'
import type { HolderProofs } from './ports.ts'
import type { TagJudgement } from './tags/tag-judgement.ts'

/** The answer to a challenge that a scan is made with: its id, and the secret that only its maker has. */
export type ScanChallenge = { readonly id: string; readonly secret: string }

/**
 * Uses the answer to the challenge that came with a scan, once; null where none came. Throws `ownership.challenge_…`
 * where the answer does not count, and the scan is not made.
 */
export async function holderOfScan(
  subject: Subject,
  challenge: ScanChallenge | undefined,
  holders: HolderProofs,
): Promise<HolderProof | null> {
  if (challenge === undefined) return null
  if ('certificate' in subject) {
    const message = 'a certificate is shown by anybody: send the challenge with the item’s link or number'
    throw new AppError('ownership.challenge_rejected', message, { id: challenge.id })
  }
  return holders.take(challenge, keyOf(subject))
}

/**
 * Adds what the holder proved to what was judged. It proves who holds the item, never more of its certificate, and
 * counts while the item is in the state it was proven in.
 */
export function withHolder(
  judgement: TagJudgement,
  {
    holder,
    ownership,
    foreignHost,
  }: {
    holder: HolderProof | null
    ownership: OwnershipFact | null
    foreignHost: boolean
  },
): TagJudgement {
  if (holder === null || ownership === null || foreignHost) return judgement
  const stands = holder.by === 'code' ? !ownership.claimed : isStill(ownership, holder.nonce)
  if (!stands) return noted(judgement, note('ownership', 'warn', 'answer_outdated'))
  const assurance = judgement.assurance === 'label' ? 'holder' : judgement.assurance
  const code = holder.by === 'owner' ? 'owner_answered' : 'code_shown'
  return { ...noted(judgement, note('ownership', 'pass', code)), assurance }
}

/** What speaks against the item, or is under way, is said rather than who holds it. */
function noted(judgement: TagJudgement, said: FindingNote): TagJudgement {
  const notes = judgement.notes.map((one) =>
    one.check === 'ownership' && one.result === 'pass' ? said : one,
  )
  return { ...judgement, notes }
}

function isStill(ownership: OwnershipFact, nonce: number): boolean {
  return ownership.claimed && ownership.nonce === nonce
}

function keyOf(subject: Exclude<Subject, { readonly certificate: string }>): ItemKey {
  if ('key' in subject) return subject.key
  const { gtin, serial } = parseDigitalLink(subject.url)
  return { gtin, serial }
}
