import { id } from 'ethers'
import { first } from '../ownership/world.ts'
import {
  BRAND,
  Kind,
  OTHER_BRAND,
  PREFIX,
  Reason,
  send,
  THUMBPRINT,
  VALID_FROM,
  wordsOf,
} from '../support.ts'
import { type Row, refusal, type Table } from './world.ts'

export const restricted = {
  may: ['operator'],
  otherwise: (caller: string) => refusal('AccessManagedUnauthorized', caller),
} as const
/** AccessManaged's own: the manager itself calls it, which is nobody here. */
export const setAuthority: Row = { ...restricted, may: [], args: ({ manager }) => [manager] }
const own = {
  may: ['admin'],
  otherwise: (caller: string) => refusal('BrandRegistryNotAdmin', BRAND, caller),
} as const
const marking = {
  may: ['admin', 'anchorer'],
  otherwise: (caller: string) => refusal('ItemRegistryNotAuthorized', BRAND, caller),
} as const

export const BRAND_REGISTRY: Table = {
  setAuthority,
  registerBrand: { ...restricted, args: ({ stranger }) => ['third.example', stranger, ['4012']] },
  suspendBrand: { ...restricted, args: () => [BRAND] },
  reinstateBrand: {
    ...restricted,
    args: () => [BRAND],
    before: (all) => send(all.brands, all.operator, 'suspendBrand', BRAND),
  },
  assignPrefix: { ...restricted, args: () => [BRAND, '4012'] },
  releasePrefix: { ...restricted, args: () => [BRAND, PREFIX] },
  transferPrefix: { ...restricted, args: () => [BRAND, OTHER_BRAND, PREFIX] },
  transferAdmin: { ...own, args: ({ stranger }) => [BRAND, stranger] },
  acceptAdmin: {
    may: ['successor'],
    otherwise: (caller) => refusal('BrandRegistryNotPendingAdmin', BRAND, caller),
    args: () => [BRAND],
  },
  setAnchorer: { ...own, args: ({ stranger }) => [BRAND, stranger, true] },
  setAnchorQuota: { ...own, args: ({ anchorer }) => [BRAND, anchorer, 1] },
  registerKey: { ...own, args: () => [BRAND, id('new key'), VALID_FROM, 0] },
  retireKey: { ...own, args: () => [BRAND, THUMBPRINT] },
  markKeyCompromised: { ...own, args: () => [BRAND, THUMBPRINT, VALID_FROM] },
}

export const ITEM_REGISTRY: Table = {
  anchor: { ...marking, may: ['anchorer'], args: () => [BRAND, id('new root'), 1, Kind.Items] },
  revoke: { ...marking, args: (all) => [first(all).root, wordsOf(1), Reason.Stolen] },
  recall: { ...marking, args: (all) => [first(all).root, wordsOf(1), Reason.Safety] },
}
