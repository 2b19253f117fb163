import { expect } from 'chai'
import fc from 'fast-check'
import { receiptSigner } from '../../../server/keys/receipts.ts'
import { createVerification, type Verdict } from '../../../server/modules/verification/index.ts'
import type { Seen } from '../../../server/offline/answer-parts.ts'
import { checkAnswer, type Given } from '../../../server/offline/check-answer.ts'
import { keyOf, makeWorld, NOW_MS, type World } from '../verification/world.ts'
import { endpointOf } from './endpoint-of-world.ts'

/*
 * every member of the answer × item × way of changing it
 * ├── changed on the way: the receipt is the old one ............ each is detected
 * └── changed by the service itself, which signs the change ..... each is detected, but for what is named as its word
 */
const ITEMS = 3
const SEED = Number(process.env['SEED'] ?? 20261125)
/** Nobody but the service can know these: the name of the answer, what it keeps about owners, scans and chips, the minute. */
const ON_ITS_WORD = /^answer\.(id|ownership|findings\.[567])\b/
const MINUTES_MS = 10 * 60_000

type Path = readonly (string | number)[]
type Change = { readonly path: Path; readonly value: unknown; readonly was: unknown }

describe(`a service that does not tell the truth, seed ${SEED}`, function () {
  this.timeout(120_000)
  let world: World
  const subjects: { given: Given & { answer: Verdict }; seen: Seen }[] = []
  const random = fc.sample(fc.nat(), { numRuns: 4_096, seed: SEED }).values()
  const draw = (below: number): number => (random.next().value ?? 0) % below

  before(async () => {
    world = await makeWorld({ items: ITEMS })
    const verification = createVerification(world.deps)
    const keys = [{ ...world.receiptKey.publicJwk, kid: world.receiptKey.kid }]
    for (const record of world.houses[0]?.records ?? []) {
      const answer = await verification.verify({ key: keyOf(record), language: 'en' })
      const seen: Seen = {
        language: 'en',
        key: keyOf(record),
        shown: { verdict: 'verified' },
        proofs: { tag: false, holder: false },
        nowMs: NOW_MS,
      }
      subjects.push({ given: { answer, contracts: world.deps.contracts(), keys }, seen })
    }
  })

  const outcomeOf = async (given: Given, seen: Seen): Promise<string> => {
    const endpoints = [{ name: 'node', ask: endpointOf(world) }]
    return (await checkAnswer(given, seen, { endpoints, registry: null })).outcome
  }

  it('is confirmed while it tells the truth', async () => {
    for (const { given, seen } of subjects) expect(await outcomeOf(given, seen)).to.equal('confirmed')
  })

  it('is found out for every change on the way, member by member', async () => {
    const outcomes: Record<string, number> = {}
    for (const { given, seen } of subjects) {
      for (const change of changesOf(given, draw)) {
        const outcome = await outcomeOf(changed(given, change), seen)
        expect(outcome, describeChange(change)).not.to.equal('confirmed')
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      }
    }
    const total = Object.values(outcomes).reduce((a, b) => a + b, 0)
    console.log(`      ${total} changes on the way: ${JSON.stringify(outcomes)}`)
    expect(total).to.be.at.least(500)
  })

  it('is found out for every change that it signs itself, but for what only it can know', async () => {
    const outcomes: Record<string, number> = {}
    for (const { given, seen } of subjects) {
      for (const change of changesOf(given, draw)) {
        if (isItsWord(change)) continue
        const lie = await signedAnew(changed(given, change), world)
        const outcome = await outcomeOf(lie, seen)
        expect(outcome, describeChange(change)).not.to.equal('confirmed')
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      }
    }
    const total = Object.values(outcomes).reduce((a, b) => a + b, 0)
    console.log(`      ${total} changes it signed: ${JSON.stringify(outcomes)}`)
    expect(total).to.be.at.least(500)
  })
})

function isItsWord({ path, value }: Change): boolean {
  const [, member] = path
  if (member === 'receipt') return true
  if (member === 'checkedAt' && typeof value === 'string') {
    const ms = Date.parse(value)
    return Math.abs(ms - NOW_MS) <= MINUTES_MS && new Date(ms).toISOString() === value
  }
  return ON_ITS_WORD.test(path.join('.'))
}

function describeChange({ path, value, was }: Change): string {
  return `${path.join('.')} from ${JSON.stringify(was)?.slice(0, 80)} to ${JSON.stringify(value)?.slice(0, 80)}`
}

/** Every leaf of the answer and of the contracts, changed in several ways, and every member left out. */
function changesOf(given: Given & { answer: Verdict }, draw: (below: number) => number): Change[] {
  const { answer, contracts } = given
  return leaves({ answer, contracts }).flatMap(({ path, value: was }) =>
    variants(was, draw)
      .filter((value) => value !== was)
      .map((value) => ({ path, value, was })),
  )
}

function leaves(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  const inside = entries.flatMap(([name, child]) => leaves(child, [...path, name]))
  return path.length < 2 ? inside : [{ path, value }, ...inside]
}

function variants(value: unknown, draw: (below: number) => number): unknown[] {
  if (typeof value === 'number') return [value + 1 + draw(9), value === 0 ? 7 : -value, null]
  if (typeof value !== 'string') return [null, {}, undefined]
  if (value === 'label') return ['holder', 'tag', 'none', null]
  const at = draw(value.length || 1)
  const other = value[at] === '1' ? '2' : '1'
  return [`${value.slice(0, at)}${other}${value.slice(at + 1)}`, value.slice(0, -1), `${value} `, null]
}

function changed(given: Given, { path, value }: Change): Given {
  const copy = structuredClone({ answer: given.answer, contracts: given.contracts }) as Record<
    string,
    unknown
  >
  let part = copy
  for (const name of path.slice(0, -1)) part = part[name] as Record<string, unknown>
  part[path.at(-1) ?? ''] = value
  return { ...given, ...copy }
}

async function signedAnew(given: Given, { receiptKey }: World): Promise<Given> {
  const answer = given.answer as Record<string, unknown> & { receipt: unknown }
  const { receipt: _receipt, proof: _proof, certificate: _certificate, ...claims } = answer
  const jwks = [{ ...receiptKey.publicJwk, kid: receiptKey.kid, alg: 'ES256', use: 'sig' }] as const
  const signer = receiptSigner({ current: receiptKey, publicJwks: [...jwks] })
  return { ...given, answer: { ...answer, receipt: await signer.sign(claims) } }
}
