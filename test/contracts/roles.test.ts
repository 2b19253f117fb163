import { expect } from 'chai'
import { type FunctionFragment, id } from 'ethers'
import { network } from 'hardhat'
import { OPERATOR_FUNCTIONS } from '../../server/chain/deploy-steps.ts'
import {
  attempt,
  BRAND,
  deployAnchored,
  Kind,
  OTHER_BRAND,
  type People,
  Reason,
  type Registries,
  ROOT,
  send,
  THUMBPRINT,
  VALID_FROM,
  wordsOf,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()

type Who = keyof People
type Refusal =
  | 'AccessManagedUnauthorized'
  | 'BrandRegistryNotAdmin'
  | 'BrandRegistryNotPendingAdmin'
  | 'ItemRegistryNotAuthorized'
type Row = {
  readonly contract: 'brands' | 'items'
  readonly may: readonly Who[]
  readonly refusal: Refusal
  readonly args: (registries: Registries) => readonly unknown[]
  readonly before?: (registries: Registries) => Promise<unknown>
}

const EVERYBODY: readonly Who[] = ['operator', 'admin', 'anchorer', 'otherAdmin', 'otherAnchorer', 'stranger']
const operator = { contract: 'brands', may: ['operator'], refusal: 'AccessManagedUnauthorized' } as const
const admin = { contract: 'brands', may: ['admin'], refusal: 'BrandRegistryNotAdmin' } as const
const marking = {
  contract: 'items',
  may: ['admin', 'anchorer'],
  refusal: 'ItemRegistryNotAuthorized',
} as const

/** Every function that changes something, and who may call it for the first brand. */
const MATRIX: Readonly<Record<string, Row>> = {
  registerBrand: { ...operator, args: ({ stranger }) => ['third.example', stranger, ['4012']] },
  suspendBrand: { ...operator, args: () => [BRAND] },
  reinstateBrand: {
    ...operator,
    args: () => [BRAND],
    before: (r) => send(r.brands, r.operator, 'suspendBrand', BRAND),
  },
  assignPrefix: { ...operator, args: () => [BRAND, '4012'] },
  releasePrefix: { ...operator, args: () => [BRAND, '9506000'] },
  transferPrefix: { ...operator, args: () => [BRAND, OTHER_BRAND, '9506000'] },
  transferAdmin: { ...admin, args: ({ stranger }) => [BRAND, stranger] },
  acceptAdmin: {
    contract: 'brands',
    may: ['stranger'],
    refusal: 'BrandRegistryNotPendingAdmin',
    args: () => [BRAND],
    before: (r) => send(r.brands, r.admin, 'transferAdmin', BRAND, r.stranger),
  },
  setAnchorer: { ...admin, args: ({ stranger }) => [BRAND, stranger, true] },
  setAnchorQuota: { ...admin, args: ({ anchorer }) => [BRAND, anchorer, 1] },
  registerKey: { ...admin, args: () => [BRAND, id('new key'), VALID_FROM, 0] },
  retireKey: { ...admin, args: () => [BRAND, THUMBPRINT] },
  markKeyCompromised: { ...admin, args: () => [BRAND, THUMBPRINT, VALID_FROM] },
  anchor: { ...marking, may: ['anchorer'], args: () => [BRAND, id('new root'), 1, Kind.Items] },
  revoke: { ...marking, args: () => [ROOT, wordsOf(1), Reason.Stolen] },
  recall: { ...marking, args: () => [ROOT, wordsOf(1), Reason.Safety] },
}

describe('who may call what', () => {
  const fixture = () => deployAnchored(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  it('has a row for every function that changes something', async () => {
    const { brands, items } = await load()
    const fragments = [...brands.interface.fragments, ...items.interface.fragments]
    const writes = fragments.filter(
      (f): f is FunctionFragment => f.type === 'function' && !(f as FunctionFragment).constant,
    )
    // AccessManaged's own: only the manager itself may call it (tested below).
    const names = writes.map((f) => f.name).filter((name) => name !== 'setAuthority')
    expect(names.sort()).to.deep.equal(Object.keys(MATRIX).sort())
    const restricted = Object.keys(MATRIX).filter(
      (name) => MATRIX[name]?.refusal === 'AccessManagedUnauthorized',
    )
    expect(restricted.sort()).to.deep.equal([...OPERATOR_FUNCTIONS].sort())
  })

  for (const [method, row] of Object.entries(MATRIX)) {
    for (const who of EVERYBODY) {
      const allowed = row.may.includes(who)
      it(`${method}: ${who} ${allowed ? 'may' : 'may not'}`, async () => {
        const registries = await load()
        await row.before?.(registries)
        const contract = registries[row.contract]
        const sent = attempt(contract, registries[who], method, ...row.args(registries))
        if (allowed) return void expect((await sent).hash).to.match(/^0x/)
        const caller = await registries[who].getAddress()
        const args = row.refusal === 'AccessManagedUnauthorized' ? [caller] : [BRAND, caller]
        await expect(sent)
          .to.be.revertedWithCustomError(contract, row.refusal)
          .withArgs(...args)
      })
    }
  }

  it('setAuthority: nobody but the manager', async () => {
    const registries = await load()
    for (const who of EVERYBODY) {
      const sent = attempt(registries.brands, registries[who], 'setAuthority', registries.manager)
      await expect(sent)
        .to.be.revertedWithCustomError(registries.brands, 'AccessManagedUnauthorized')
        .withArgs(await registries[who].getAddress())
    }
  })

  it('an account that is no longer allowed may not anchor, revoke or recall', async () => {
    const { items, brands, admin: owner, anchorer } = await load()
    await send(brands, owner, 'setAnchorer', BRAND, anchorer, false)
    const calls = {
      anchor: [BRAND, id('new root'), 1, 0],
      revoke: [ROOT, wordsOf(1), 0],
      recall: [ROOT, wordsOf(1), 0],
    }
    for (const [method, args] of Object.entries(calls)) {
      await expect(attempt(items, anchorer, method, ...args))
        .to.be.revertedWithCustomError(items, 'ItemRegistryNotAuthorized')
        .withArgs(BRAND, await anchorer.getAddress())
    }
  })
})
