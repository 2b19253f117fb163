import type { Hex } from '../../kernel/bytes.ts'
import type { ChainWrite } from '../../kernel/chain-facts.ts'
import { canonicalJson, sha256 } from '../../kernel/digest.ts'
import { AppError } from '../../kernel/errors.ts'
import { base32 } from '../../kernel/ids.ts'
import { settledSoon } from '../../kernel/settled-soon.ts'
import { type Payers, payGas } from './gas.ts'
import type { OwnershipCall, OwnershipDeps, StoredAct } from './ports.ts'
import { refusalOf, refusalWords } from './refusals.ts'
import type { Subject } from './subject.ts'
import type { Act, ActKind } from './types.ts'

export type Submission = {
  readonly kind: ActKind
  readonly subject: Subject
  readonly call: OwnershipCall
  readonly to: Hex | null
  /** Account of the owner who pays nothing, and the network the request came from; null for the brand's own acts. */
  readonly account: Hex | null
  readonly network: string | null
  /** Tells apart acts that are signed by nobody and could be ordered again later. */
  readonly nonce: number
}

const WAIT_MS = 1_500
const ID_CHARACTERS = 26

/**
 * Hands an act to the relayer: rehearsed first, so that a refusal costs nothing and has its reason at once; paid for
 * within the limits; stored; then given to the outbox under an id that follows from what is asked, so that asking again
 * changes nothing. Throws the contract's refusal in this module's words.
 */
export async function submit(deps: OwnershipDeps, submission: Submission): Promise<Act> {
  const { kind, subject, call, to } = submission
  const id = actIdOf(submission)
  const known = await deps.acts.find(id)
  const { gtin, serial } = subject.record
  const act: StoredAct = known ?? {
    id,
    kind,
    item: { gtin, serial },
    tokenId: subject.tokenId,
    to,
    createdAtMs: deps.clock.nowMs(),
  }
  if (known === null) {
    await payGas(deps, payersOf(submission), await rehearsed(deps, call))
    await deps.acts.insert(act)
  }
  await deps.writer.submit(id, { contract: 'ItemOwnership', ...call })
  deps.log.info({ act: id, kind, tokenId: subject.tokenId }, 'ownership act ordered')
  const done = actOf(act, await settledSoon(deps.writer, id, WAIT_MS))
  if (done.error !== null) throw refusedAct(done.error, id)
  return done
}

/** An act as the world sees it. */
export function actOf({ createdAtMs: _, ...act }: StoredAct, write: ChainWrite): Act {
  const { status, transactionHash, blockNumber, gasUsed, error } = write
  return { ...act, status, transactionHash, blockNumber, gasUsed, error: error && refusalWords(error) }
}

async function rehearsed({ chain }: OwnershipDeps, call: OwnershipCall): Promise<number> {
  try {
    return await chain.rehearse(call)
  } catch (error) {
    throw refusalOf(error)
  }
}

function payersOf({ subject, account, network }: Submission): Payers {
  return { brandId: subject.brand.id, tokenId: subject.tokenId, account, network }
}

/** Two people who send the same signature mean the same act. */
function actIdOf({ kind, call, nonce, subject }: Submission): string {
  const args = JSON.parse(
    JSON.stringify(call.args, (_, v) => (typeof v === 'bigint' ? v.toString() : v)),
  ) as unknown
  return `act_${base32(sha256(canonicalJson([kind, subject.tokenId, nonce, args]))).slice(0, ID_CHARACTERS)}`
}

function refusedAct(error: { code: string; message: string }, actId: string): AppError {
  const known = refusalOf(new AppError(error.code, error.message, { actId }))
  return known instanceof AppError ? known : new AppError(error.code, error.message, { actId })
}
