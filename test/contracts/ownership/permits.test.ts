import { expect } from 'chai'
import { hexlify, id, randomBytes, TypedDataEncoder, ZeroAddress } from 'ethers'
import { network } from 'hardhat'
import { ask, BRAND, Reason, send, wordsOf } from '../support.ts'
import type { Owner } from './owners.ts'
import {
  account,
  claim,
  deployWorld,
  first,
  itemAt,
  key,
  PermitStatus,
  passkey,
  permitArgs,
  RECOVERY_DELAY,
  startRecovery,
  typesOf,
  type World,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()
const OWNERS: Readonly<Record<string, (world: World) => Promise<Owner>>> = {
  account: (world) => account(world.owner),
  'P-256 key': key,
  passkey,
}

/*
 * listing permits and the owner's answer to a challenge, by account, P-256 key and passkey
 * ├── permit ──── valid · item unknown, stolen, in recovery, claimed with another leaf, revoked, recalled · brand
 * │               suspended · nonce old, new · expiry before, at, after · another owner · another word, chain, contract
 * └── challenge ─ the owner's · another's · of another hash · of an item nobody owns
 */
describe('ItemOwnership listing permits', () => {
  const fixture = () => deployWorld(ethers)
  const load = () => networkHelpers.loadFixture(fixture)
  const statusOf = (world: World, args: readonly unknown[]) =>
    ask(world.ownership, 'permitStatus', ...args) as Promise<bigint>

  for (const [kind, make] of Object.entries(OWNERS)) {
    describe(`of: ${kind}`, () => {
      async function listed() {
        const world = await load()
        const owner = await make(world)
        await claim(world, first(world), owner)
        return { world, owner, args: await permitArgs(world, first(world), owner) }
      }

      it('count while the owner’s word fits the item', async () => {
        const { world, args } = await listed()
        expect(await statusOf(world, args)).to.equal(PermitStatus.Valid)
      })

      it('do not count for another word, chain or contract', async () => {
        const { world, owner, args } = await listed()
        const [permit, origin, bytes, signature] = args
        for (const change of [
          { marketplace: id('?') },
          { listing: id('?') },
          { expiry: permit.expiry - 1 },
        ]) {
          const changed = [{ ...permit, ...change }, origin, bytes, signature]
          expect(await statusOf(world, changed), Object.keys(change)[0]).to.equal(PermitStatus.BadSignature)
        }
        const verifyingContract = await world.items.getAddress()
        for (const change of [
          { chainId: 1n },
          { verifyingContract },
          { version: '2' },
          { name: 'Another' },
        ]) {
          const domain = { ...world.domain, ...change }
          const other = await owner.sign(domain, typesOf('ListingPermit'), permit)
          const status = await statusOf(world, [permit, origin, bytes, other])
          expect(status, Object.keys(change)[0]).to.equal(PermitStatus.BadSignature)
        }
        expect(await statusOf(world, [permit, origin, bytes, '0x'])).to.equal(PermitStatus.BadSignature)
      })

      it('do not count in another owner’s name', async () => {
        const { world, owner, args } = await listed()
        const other = await (kind === 'account' ? account(world.former) : make(world))
        const own = await permitArgs(world, first(world), other)
        expect(await statusOf(world, own)).to.equal(PermitStatus.NotOwner)
        const [permit, origin, , signature] = own
        expect(await statusOf(world, [permit, origin, owner.bytes, signature])).to.equal(
          PermitStatus.BadSignature,
        )
        for (const bytes of ['0x', ZeroAddress, `${owner.bytes}00`])
          expect(await statusOf(world, [permit, origin, bytes, args[3]])).to.equal(PermitStatus.NotOwner)
      })

      it('end with the next change of the item', async () => {
        const { world, owner, args } = await listed()
        const { tokenId } = first(world)
        const ahead = await permitArgs(world, first(world), owner, { nonce: 2n })
        await send(world.ownership, world.admin, 'reportStolen', tokenId)
        expect(await statusOf(world, args)).to.equal(PermitStatus.Stolen)
        await send(world.ownership, world.admin, 'reportRecovered', tokenId)
        expect(await statusOf(world, args)).to.equal(PermitStatus.WrongNonce)
        expect(await statusOf(world, ahead)).to.equal(PermitStatus.Valid)
        await send(world.ownership, world.admin, 'reportStolen', tokenId)
        await send(world.ownership, world.admin, 'reportRecovered', tokenId)
        expect(await statusOf(world, ahead)).to.equal(PermitStatus.WrongNonce)
      })

      it('answer a challenge as the owner alone can', async () => {
        const { world, owner } = await listed()
        const domain = { name: 'A marketplace', version: '1' }
        const types = { Challenge: [{ name: 'nonce', type: 'bytes32' }] }
        const value = { nonce: hexlify(randomBytes(32)) }
        const hash = TypedDataEncoder.hash(domain, types, value)
        const signature = await owner.sign(domain, types, value)
        const asked = (...args: unknown[]) => ask(world.ownership, 'isOwnerSignature', ...args)
        const { tokenId } = first(world)
        expect(await asked(tokenId, hash, owner.bytes, signature)).to.equal(true)
        expect(await asked(tokenId, id('?'), owner.bytes, signature)).to.equal(false)
        expect(await asked(tokenId, hash, owner.bytes, '0x')).to.equal(false)
        expect(await asked(itemAt(world, 1).tokenId, hash, owner.bytes, signature)).to.equal(false)
        const other = await (kind === 'account' ? account(world.former) : make(world))
        const others = await other.sign(domain, types, value)
        expect(await asked(tokenId, hash, other.bytes, others)).to.equal(false)
        expect(await asked(tokenId, hash, owner.bytes, others)).to.equal(false)
        expect(await asked(itemAt(world, 1).tokenId, hash, ZeroAddress, '0x')).to.equal(false)
      })
    })
  }

  it('do not count for an item that was never claimed, or with another leaf', async () => {
    const world = await load()
    const owner = await account(world.owner)
    await claim(world, first(world), owner)
    const unknown = await permitArgs(world, itemAt(world, 1), owner)
    expect(await statusOf(world, unknown)).to.equal(PermitStatus.UnknownItem)
    const [permit, origin, ...rest] = await permitArgs(world, first(world), owner)
    for (const change of [{ root: id('?') }, { index: 1 }, { claimKey: await world.former.getAddress() }]) {
      const other = [permit, { ...origin, ...change }, ...rest]
      expect(await statusOf(world, other)).to.equal(PermitStatus.WrongOrigin)
    }
  })

  it('do not count while a recovery is pending, and need a new word after it', async () => {
    const world = await load()
    const owner = await account(world.owner)
    await claim(world, first(world), owner)
    await startRecovery(world, first(world), await world.former.getAddress())
    const args = await permitArgs(world, first(world), owner)
    expect(await statusOf(world, args)).to.equal(PermitStatus.RecoveryPending)
    await networkHelpers.time.increase(RECOVERY_DELAY)
    await send(world.ownership, world.stranger, 'finishRecovery', first(world).tokenId)
    expect(await statusOf(world, args)).to.equal(PermitStatus.WrongNonce)
    const late = await permitArgs(world, first(world), owner)
    expect(await statusOf(world, late)).to.equal(PermitStatus.NotOwner)
  })

  it('do not count for a revoked or recalled leaf, or under a suspended brand', async () => {
    const world = await load()
    const owner = await account(world.owner)
    for (const place of [0, 1, 2]) await claim(world, itemAt(world, place), owner)
    const { root } = first(world)
    await send(world.items, world.anchorer, 'revoke', root, wordsOf(0), Reason.Counterfeit)
    await send(world.items, world.anchorer, 'recall', root, wordsOf(0, 1), Reason.Safety)
    await send(world.brands, world.operator, 'suspendBrand', BRAND)
    const expected = [PermitStatus.Revoked, PermitStatus.Recalled, PermitStatus.BrandSuspended]
    for (const [place, status] of expected.entries()) {
      const args = await permitArgs(world, itemAt(world, place), owner)
      expect(await statusOf(world, args)).to.equal(status)
    }
  })

  it('count up to and in the second of their expiry, not after it', async () => {
    const world = await load()
    const owner = await account(world.owner)
    await claim(world, first(world), owner)
    const expiry = (await networkHelpers.time.latest()) + 1_000
    const args = await permitArgs(world, first(world), owner, { expiry })
    for (const [after, status] of [
      [-1, PermitStatus.Valid],
      [0, PermitStatus.Valid],
      [1, PermitStatus.Expired],
    ] as const) {
      await networkHelpers.time.increaseTo(expiry + after)
      expect(await statusOf(world, args), `${after} s`).to.equal(status)
    }
  })
})
