import { readFileSync } from 'node:fs'
import type { Decision, ListingContent } from '../../../server/modules/screening/index.ts'
import { knowledgeOf } from '../../../server/modules/screening/index.ts'

const MODELS = [
  'Bague Solitaire Nord',
  'Cabas Riviera',
  'Carré Soie 90 «Jardin»',
  'Ceinture Boucle Étoile',
  'Collier Rivière',
  'Escarpin Opéra 85',
  'Lunettes Azur',
  'Montre Astrale 36 mm',
  'Montre Astrale 41 mm Or',
  'Parfum N° 12 Édition',
  'Pochette Minuit',
  'Portefeuille Zéphyr',
  'Sac Émeraude 28',
  'Sac Émeraude 35',
]

/** The demo brand as its file of items describes it: the same wide range of prices for every model. */
export const MAISON = {
  brand: {
    id: 'maison-exemple.com',
    name: 'Maison Exemple',
    trademarks: ['Maison Exemple', 'Émeraude', '翡翠包'],
  },
  prices: MODELS.map((model) => ({
    model,
    category: null,
    currency: 'EUR',
    lowest: '290',
    highest: '12800',
  })),
}

export const knowledge = knowledgeOf([MAISON])

export type Wanted = ListingContent & { readonly case: string; readonly expected: Decision }

export function listing(given: Partial<ListingContent> = {}): ListingContent {
  return {
    externalId: 'L-1',
    sellerId: 'S-1',
    channel: 'shop',
    title: 'Maison Exemple Sac Émeraude 28',
    description: '',
    price: { amount: 2900, currency: 'EUR' },
    origin: { country: 'FR', channel: 'first owner', proof: 'receipt' },
    images: [],
    item: null,
    permit: null,
    ...given,
  }
}

export function goldenListings(): Wanted[] {
  return (JSON.parse(readGolden('listings.json')) as Wanted[]).map((given) => ({
    ...given,
    ...listing(given),
  }))
}

export function sampleListings(): Wanted[] {
  const lines = readGolden('listings-samples.jsonl').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Wanted).map((given) => ({ ...given, ...listing(given) }))
}

function readGolden(name: string): string {
  return readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8')
}
