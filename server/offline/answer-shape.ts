import { isVerdict, type Verdict } from '../modules/verification/types.ts'
import { bundleFrom } from './bundle.ts'
import type { Contracts } from './check-answer.ts'

export type AnswerReading =
  | {
      readonly ok: true
      readonly answer: Verdict & { readonly [member: string]: unknown }
      readonly contracts: Contracts | null
    }
  | { readonly ok: false; readonly place: string }

type Members = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const whole: Check = (value) => Number.isSafeInteger(value)
const hash: Check = (value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)
const list: Check = (value) => Array.isArray(value)
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const object =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shape).every(([name, check]) => check((value as Members)[name]))

const finding = object({ check: text, result: text, detail: text })
const SHAPE: Readonly<Record<string, Check>> = {
  id: text,
  verdict: isVerdict,
  assurance: (value) => value === 'label' || value === 'holder' || value === 'tag',
  item: orNull(object({ gtin: text, serial: text })),
  brand: orNull(object({ id: text, name: text })),
  ownership: text,
  findings: (value) => list(value) && (value as unknown[]).every(finding),
  chain: orNull(
    object({ chainId: whole, blockNumber: whole, blockHash: hash, confirmations: whole, root: hash }),
  ),
  advice: text,
  checkedAt: text,
  receipt: text,
  proof: orNull(object({ siblings: list })),
  certificate: orNull(text),
}
const CONTRACTS = { chainId: whole, brandRegistry: text, itemRegistry: text }

/** Reads what a service sent as a verdict and the places of its contracts; `place` names the first part that is wrong. */
export function answerFrom(value: unknown, contracts: unknown): AnswerReading {
  if (typeof value !== 'object' || value === null) return { ok: false, place: 'answer' }
  const members = value as Members
  const wrong = Object.entries(SHAPE).find(([name, check]) => !check(members[name]))
  if (wrong !== undefined) return { ok: false, place: wrong[0] }
  const answer = value as Verdict & Members // every member that is used was looked at
  if (answer.certificate !== null && answer.proof !== null && answer.chain !== null) {
    const bundle = bundleFrom({ certificate: answer.certificate, proof: answer.proof, chain: answer.chain })
    if (!bundle.ok) return bundle
  }
  if (contracts === null || contracts === undefined) return { ok: true, answer, contracts: null }
  if (!object(CONTRACTS)(contracts)) return { ok: false, place: 'contracts' }
  return { ok: true, answer, contracts: contracts as Contracts }
}
