import type { ItemKey } from '../kernel/gs1.ts'
import type { ListingContent } from '../modules/screening/index.ts'
import { demoItem, WITHDRAWN } from './items.ts'

type DemoListing = { readonly marketplaceId: string; readonly content: ListingContent }

const FRANCE = { country: 'FR', channel: 'first owner', proof: 'receipt' }

function listing(
  marketplaceId: string,
  content: Partial<ListingContent> & Pick<ListingContent, 'externalId' | 'title'>,
): DemoListing {
  const usual = {
    sellerId: 'S-001',
    channel: 'shop',
    description: '',
    price: null,
    origin: null,
    images: [],
    item: null,
    permit: null,
  } as const
  return { marketplaceId, content: { ...usual, ...content } }
}

const named = ({ gtin, serial }: ItemKey) => ({ kind: 'key', gtin, serial }) as const
const euros = (amount: number) => ({ amount, currency: 'EUR' })

/** Listings of the two marketplaces: each decision, and each kind of reason, once or more. */
export const DEMO_LISTINGS: readonly DemoListing[] = [
  listing('rive-gauche', {
    externalId: 'RG-1001',
    title: 'Maison Exemple Sac Émeraude 28, bought in Paris in 2026',
    description: 'Box, dust bag and certificate; the code is on the last photo.',
    price: euros(2900),
    origin: FRANCE,
    item: named(demoItem('Sac Émeraude 28')),
  }),
  listing('rive-gauche', {
    externalId: 'RG-1002',
    title: 'Maison Exemple Sac Émeraude 28 bleu nuit',
    description: 'Worn a few times, with its label.',
    price: euros(2700),
    origin: FRANCE,
    item: named(WITHDRAWN.revoked),
  }),
  listing('rive-gauche', {
    externalId: 'RG-1003',
    sellerId: 'S-002',
    title: 'Organizer insert for Maison Exemple Émeraude 28 (insert only, not by the brand)',
    description: 'Felt insert, fits the 28 size. Handmade by us.',
    price: euros(29),
    origin: { country: 'PT', channel: 'own production', proof: 'none' },
  }),
  listing('rive-gauche', {
    externalId: 'RG-1004',
    sellerId: 'S-003',
    title: 'Maison Exemple Émeraude 1:1 mirror quality, top grade, original factory leather',
    description: 'AAA replica, same as boutique, full set box. Contact on WhatsApp.',
    price: { amount: 120, currency: 'USD' },
    origin: { country: 'CN', channel: 'factory', proof: 'none' },
  }),
  listing('rive-gauche', {
    externalId: 'RG-1005',
    title: 'Maison Exemple Montre Astrale 41 mm Or',
    description: 'Gold watch, quick sale',
    price: euros(150),
    origin: { country: 'CH', channel: 'first owner', proof: 'none' },
  }),
  listing('second-life', {
    externalId: 'SL-2001',
    title: 'Maison Exemple Cabas Riviera taupe',
    description: 'With receipt.',
    price: euros(1100),
    origin: FRANCE,
    item: named(demoItem('Cabas Riviera')),
  }),
  listing('second-life', {
    externalId: 'SL-2002',
    sellerId: 'S-002',
    title: 'Maison Exemple Carré Soie 90 Jardin',
    description: 'Used twice.',
    price: euros(240),
    origin: { country: '', channel: '', proof: '' },
  }),
  listing('second-life', {
    externalId: 'SL-2003',
    sellerId: 'S-003',
    title: 'Mаіson Еxemple Sac Emeraude 28 реплика',
    description: 'Люкс копия, 1 в 1',
    price: euros(95),
    origin: { country: '', channel: '', proof: '' },
  }),
]
