import { id, ZeroAddress } from 'ethers'
import { rulingOf } from '../enforcement/support.ts'
import { AMOUNT, decide, MARKETPLACE, termsOf } from '../escrow/support.ts'
import { type Ethers, send } from '../support.ts'
import { restricted, setAuthority } from './registries.ts'
import { type All, pass, refusal, type Table, WHO } from './world.ts'

const orderOf = (all: All): string => all.market.orderId
const disputed = (all: All) => send(all.vault, all.buyer, 'dispute', orderOf(all))
const refunded = (all: All) => send(all.vault, all.seller, 'refund', orderOf(all))
const decided = (all: All) => decide(all.market, orderOf(all))
const byMarketplace = {
  may: ['marketAdmin', 'recorder'],
  otherwise: (caller: string) => refusal('EscrowVaultNotMarketplace', MARKETPLACE, caller),
} as const
const creditor = {
  may: ['buyer'],
  otherwise: (caller: string) => refusal('EscrowVaultNoCredit', ZeroAddress, caller),
  before: refunded,
} as const

export const escrowVault = (ethers: Ethers): Table => ({
  open: { may: WHO, args: (all) => [termsOf(all.market, { orderRef: id('another') })], value: AMOUNT },
  dispute: {
    may: ['buyer'],
    otherwise: (caller, all) => refusal('EscrowVaultNotBuyer', orderOf(all), caller),
    args: (all) => [orderOf(all)],
  },
  withhold: {
    ...byMarketplace,
    args: async (all) => [orderOf(all), await decided(all)],
  },
  // Once the window ended without a dispute anybody may: see the lifecycle of orders.
  release: {
    may: ['buyer'],
    otherwise: (_caller, all) => refusal('EscrowVaultDisputed', orderOf(all)),
    args: (all) => [orderOf(all)],
    before: disputed,
  },
  refund: {
    may: ['seller'],
    otherwise: (caller, all) => refusal('EscrowVaultNotSeller', orderOf(all), caller),
    args: (all) => [orderOf(all)],
  },
  settle: {
    ...byMarketplace,
    args: (all) => [orderOf(all), { buyer: 1n, seller: AMOUNT - 1n, beneficiary: 0n }],
    before: disputed,
  },
  close: { may: WHO, args: (all) => [orderOf(all)], before: () => pass(ethers, 90) },
  withdraw: { ...creditor, args: () => [ZeroAddress] },
  withdrawTo: { ...creditor, args: (all) => [ZeroAddress, all.stranger] },
  withdrawFor: { may: WHO, args: (all) => [ZeroAddress, all.buyer], before: refunded },
})

const own = {
  may: ['marketAdmin'],
  otherwise: (caller: string) => refusal('EnforcementLedgerNotAdmin', MARKETPLACE, caller),
} as const
const recording = {
  may: ['marketAdmin', 'recorder'],
  otherwise: (caller: string) => refusal('EnforcementLedgerNotAuthorized', MARKETPLACE, caller),
} as const

export const ENFORCEMENT_LEDGER: Table = {
  setAuthority,
  registerMarketplace: { ...restricted, args: ({ stranger }) => ['third.example', stranger] },
  suspendMarketplace: { ...restricted, args: () => [MARKETPLACE] },
  reinstateMarketplace: {
    ...restricted,
    args: () => [MARKETPLACE],
    before: (all) => send(all.ledger, all.operator, 'suspendMarketplace', MARKETPLACE),
  },
  transferMarketplaceAdmin: { ...own, args: ({ stranger }) => [MARKETPLACE, stranger] },
  acceptMarketplaceAdmin: {
    may: ['successor'],
    otherwise: (caller) => refusal('EnforcementLedgerNotPendingAdmin', MARKETPLACE, caller),
    args: () => [MARKETPLACE],
  },
  setRecorder: { ...own, args: ({ stranger }) => [MARKETPLACE, stranger, true] },
  setPolicy: { ...own, args: () => [MARKETPLACE, 4, 100] },
  recordDecision: { ...recording, args: () => [MARKETPLACE, id('new'), rulingOf()] },
  strike: { ...recording, args: async (all) => [MARKETPLACE, await decided(all)] },
  reverseDecision: { ...recording, args: async (all) => [MARKETPLACE, await decided(all), id('appeal')] },
}
