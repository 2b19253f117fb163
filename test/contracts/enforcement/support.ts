import { type BaseContract, id, keccak256, type Signer, toUtf8Bytes, ZeroHash } from 'ethers'
import { LEDGER_OPERATOR_FUNCTIONS, OPERATOR_ROLE } from '../../../server/chain/deploy-steps.ts'
import { ask, type Ethers, send } from '../support.ts'

export const DOMAIN = 'market.example'
export const MARKETPLACE = keccak256(toUtf8Bytes(DOMAIN))
export const OTHER_MARKETPLACE = keccak256(toUtf8Bytes('other.example'))
export const DAY = 86_400
export const SELLER = 0
export const COMPLAINANT = 1
export const WHO = id('a seller')
export const STATEMENT = id('a statement of reasons')

export type People = Readonly<
  Record<'operator' | 'admin' | 'recorder' | 'otherAdmin' | 'otherRecorder' | 'stranger', Signer>
>
export type Ledger = People & { readonly ledger: BaseContract; readonly manager: BaseContract }

/** A ledger with two marketplaces, each with an admin and a recorder. */
export async function deployLedger(ethers: Ethers): Promise<Ledger> {
  const [operator, admin, recorder, otherAdmin, otherRecorder, stranger] = await ethers.getSigners()
  if (!operator || !admin || !recorder || !otherAdmin || !otherRecorder || !stranger)
    throw new Error('too few accounts')
  const manager = await ethers.deployContract('AccessManager', [operator])
  const ledger = await ethers.deployContract('EnforcementLedger', [manager])
  const selectors = LEDGER_OPERATOR_FUNCTIONS.map((name) => ledger.interface.getFunction(name)?.selector)
  await send(manager, operator, 'setTargetFunctionRole', ledger, selectors, OPERATOR_ROLE)
  await send(manager, operator, 'grantRole', OPERATOR_ROLE, operator, 0)
  await send(ledger, operator, 'registerMarketplace', DOMAIN, admin)
  await send(ledger, operator, 'registerMarketplace', 'other.example', otherAdmin)
  await send(ledger, admin, 'setRecorder', MARKETPLACE, recorder, true)
  await send(ledger, otherAdmin, 'setRecorder', OTHER_MARKETPLACE, otherRecorder, true)
  return { operator, admin, recorder, otherAdmin, otherRecorder, stranger, ledger, manager }
}

export function rulingOf(changes: Record<string, unknown> = {}) {
  return {
    statementDigest: STATEMENT,
    subject: WHO,
    kind: SELLER,
    itemId: id('an item'),
    orderId: ZeroHash,
    ...changes,
  }
}

/** Records a decision of this name; gives its id. */
export async function decide(
  { ledger, recorder }: Ledger,
  name: string,
  changes: Record<string, unknown> = {},
) {
  await send(ledger, recorder, 'recordDecision', MARKETPLACE, id(name), rulingOf(changes))
  return id(name)
}

/** Records a decision and strikes on it; gives its id. */
export async function strike(all: Ledger, name: string, changes: Record<string, unknown> = {}) {
  const decisionId = await decide(all, name, changes)
  await send(all.ledger, all.recorder, 'strike', MARKETPLACE, decisionId)
  return decisionId
}

export const reverse = ({ ledger, recorder }: Ledger, decisionId: string) =>
  send(ledger, recorder, 'reverseDecision', MARKETPLACE, decisionId, id('a reversal'))

export async function standingOf({ ledger }: Ledger, subject = WHO, kind = SELLER) {
  const standing = await ask(ledger, 'standingOf', MARKETPLACE, kind, subject)
  return { live: Number(standing.liveStrikes), terminatedAt: Number(standing.terminatedAt) }
}

export const liveOf = async ({ ledger }: Ledger, subject = WHO, kind = SELLER): Promise<string[]> =>
  [...(await ask(ledger, 'liveStrikesOf', MARKETPLACE, kind, subject))].sort()
