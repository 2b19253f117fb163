/**
 * Repeats the check of a verdict in the buyer's browser. It only adds that this phone came to the same answer, or takes
 * the answer back; where it could not tell, it says so and leaves the answer alone.
 */

import { systemClock } from '../../kernel/clock.ts'
import { isAppError } from '../../kernel/errors.ts'
import { parseDigitalLink } from '../../kernel/gs1.ts'
import { verdictText } from '../../modules/verification/assurance-texts.ts'
import { VERDICTS, type VerdictKind } from '../../modules/verification/types.ts'
import { type Language, languageOf } from '../../modules/verification/verdict-texts.ts'
import type { Seen } from '../../offline/answer-parts.ts'
import { checkAnswer, type Given, type Sources } from '../../offline/check-answer.ts'
import type { PublishedKey } from '../../offline/receipt.ts'
import { RECHECK_TEXTS } from '../texts/recheck.ts'
import { endpointAsk } from './recheck-endpoint.ts'
import { type About, showCheck, showFailure, showRunning } from './recheck-view.ts'

const RELAY = '/v1/chain/rpc'
const TIMEOUT_MS = 10_000
const ASSURANCES = ['label', 'holder', 'tag'] as const

const box = document.querySelector<HTMLElement>('[data-recheck]')
if (box) void recheck(box)

async function recheck(box: HTMLElement): Promise<void> {
  const language = languageOf(document.documentElement.lang)
  const own = (box.dataset['endpoints'] ?? '').split(' ').filter((url) => url !== '')
  const about: About = {
    texts: RECHECK_TEXTS[language],
    endpoints: own,
    isOwn: box.dataset['own'] !== undefined,
    registry: null,
  }
  showRunning(box, about)
  try {
    const given = await fetched(box.dataset['recheck'] ?? '')
    const registry = remembered(given.contracts)
    const check = await checkAnswer(given, seenHere(language), { registry, endpoints: sources(own, about) })
    if (check.outcome === 'confirmed') remember(given.contracts)
    showCheck(box, check, {
      ...about,
      registry: { address: addressIn(given.contracts), known: registry !== null },
    })
  } catch {
    // Whatever it was, nothing was found out, and the page stays as the service sent it.
    showFailure(box, about)
  }
}

function sources(own: readonly string[], { texts }: About): Sources['endpoints'] {
  if (own.length === 0) return [{ name: texts.service, ask: endpointAsk(RELAY, { together: true }) }]
  return own.map((url) => ({ name: new URL(url).host, ask: endpointAsk(url, { together: false }) }))
}

async function fetched(id: string): Promise<Given> {
  const [answer, bundle, published] = await Promise.all([
    json(`/v1/verifications/${encodeURIComponent(id)}`),
    json(`/v1/verifications/${encodeURIComponent(id)}/bundle`, 404),
    json('/.well-known/jwks.json'),
  ])
  const { contracts = null } = (bundle ?? {}) as { contracts?: unknown }
  const { keys = [] } = published as { keys?: PublishedKey[] }
  return { answer, contracts, keys }
}

/** The JSON at an address of this site; null for the status named, which is an answer too. */
async function json(path: string, absent?: number): Promise<unknown> {
  const answer = await fetch(path, {
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (answer.status === absent) return null
  if (!answer.ok) throw new TypeError(`${path} answered ${answer.status}`)
  return answer.json()
}

function seenHere(language: Language): Seen {
  const shown: Record<string, string> = {}
  for (const part of document.querySelectorAll<HTMLElement>('[data-fact]'))
    shown[part.dataset['fact'] ?? ''] = part.textContent.trim()
  const headline = document.querySelector('h1')?.textContent ?? ''
  shown['verdict'] = verdictOf(headline, language) ?? headline
  const proof = new URLSearchParams(location.search)
  return {
    language,
    key: keyHere(),
    shown,
    proofs: {
      tag: ['sun', 'picc_data', 'enc', 'cmac'].some((name) => proof.has(name)),
      holder: proof.has('challenge'),
    },
    nowMs: systemClock.nowMs(),
  }
}

/** The verdict that has this headline, whatever was proven. */
function verdictOf(headline: string, language: Language): VerdictKind | undefined {
  return VERDICTS.find((verdict) =>
    ASSURANCES.some((assurance) => verdictText(language, { verdict, assurance }).headline === headline),
  )
}

function keyHere(): Seen['key'] {
  try {
    return parseDigitalLink(location.href)
  } catch (error) {
    if (isAppError(error)) return { gtin: '', serial: '' }
    throw error
  }
}

const REGISTRY = 'cachet-registry'
/** The embedded development chain begins anew with each data folder, so that its registry is remembered for a visit. */
const DEVNET = 31337

function addressIn(contracts: unknown): string | null {
  const { itemRegistry } = (contracts ?? {}) as { itemRegistry?: unknown }
  return typeof itemRegistry === 'string' ? itemRegistry : null
}

/** The registry that this phone first saw from this service; null where it has none yet, or keeps nothing. */
function remembered(contracts: unknown): string | null {
  try {
    const { place, name } = memoryOf(contracts)
    return place.getItem(name)
  } catch {
    // Storage that the browser withholds is the same as none.
    return null
  }
}

function remember(contracts: unknown): void {
  const address = addressIn(contracts)
  try {
    const { place, name } = memoryOf(contracts)
    if (address !== null) place.setItem(name, address)
  } catch {
    // Storage that the browser withholds: the registry will count as new the next time.
  }
}

function memoryOf(contracts: unknown): { place: Storage; name: string } {
  const { chainId } = (contracts ?? {}) as { chainId?: unknown }
  const place = chainId === DEVNET ? sessionStorage : localStorage
  return { place, name: `${REGISTRY}-${String(chainId)}` }
}
