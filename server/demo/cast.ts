import type { Caller } from '../http/route.ts'
import type { OnboardCommand } from '../modules/brands/brands.service.ts'

/** The demonstration brand. Its prefix is in GS1's range for demonstrations, its domain belongs to nobody's shop. */
export const DEMO_BRAND: OnboardCommand = {
  id: 'maison-exemple.com',
  name: 'Maison Exemple',
  prefixes: ['9521234'],
  trademarks: ['Maison Exemple', 'Émeraude', 'Astrale', 'Carré Jardin', '翡翠包', '典范之家'],
}

/** The name an account has in `credentials.json`. */
export type CredentialGroup = 'operator' | 'brands' | 'marketplaces' | 'customs' | 'sellers' | 'rightsHolders'

export const DEMO_ACCOUNTS: readonly (Caller & { readonly group: CredentialGroup })[] = [
  { group: 'operator', kind: 'operator', id: 'operator', name: 'Operator' },
  { group: 'brands', kind: 'brand', id: DEMO_BRAND.id, name: DEMO_BRAND.name },
  { group: 'marketplaces', kind: 'marketplace', id: 'rive-gauche', name: 'Rive Gauche Market' },
  { group: 'marketplaces', kind: 'marketplace', id: 'second-life', name: 'Second Life Luxury' },
  { group: 'customs', kind: 'customs', id: 'customs', name: 'Customs' },
  { group: 'sellers', kind: 'seller', id: 'S-001', name: 'Camille Moreau' },
  { group: 'sellers', kind: 'seller', id: 'S-002', name: 'Vintage Lane' },
  { group: 'sellers', kind: 'seller', id: 'S-003', name: 'Top Goods 8888' },
  {
    group: 'rightsHolders',
    kind: 'rightsHolder',
    id: 'maison-exemple-legal',
    name: 'Maison Exemple, legal department',
  },
]
