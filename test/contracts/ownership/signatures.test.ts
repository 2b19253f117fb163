import { expect } from 'chai'
import { getAddress, TypedDataEncoder, Wallet, ZeroAddress } from 'ethers'
import { network } from 'hardhat'
import { attempt, refused } from '../support.ts'
import { type Assertion, Flag, type Owner } from './owners.ts'
import {
  account,
  authorise,
  claim,
  deployWorld,
  FAR,
  first,
  itemAt,
  key,
  type Message,
  passkey,
  possess,
  startRecovery,
  stateOf,
  typesOf,
  type World,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()

/** What an owner may do by signature alone. */
type Act = {
  readonly method: string
  readonly event: string
  /** Brings the owner's item where the act is allowed. */
  readonly prepare?: (world: World, owner: Owner) => Promise<unknown>
}

const ACTS: Readonly<Partial<Record<Message, Act>>> = {
  Transfer: { method: 'transferWithSignature', event: 'Transfer' },
  ReportStolen: { method: 'reportStolenWithSignature', event: 'ReportedStolen' },
  ReportRecovered: {
    method: 'reportRecoveredWithSignature',
    event: 'ReportedRecovered',
    prepare: async (world, owner) => {
      const { tokenId } = first(world)
      const authorization = await authorise(world, owner, 'ReportStolen', tokenId)
      await attempt(world.ownership, world.stranger, 'reportStolenWithSignature', tokenId, authorization)
    },
  },
  CancelRecovery: {
    method: 'cancelRecoveryWithSignature',
    event: 'RecoveryCancelled',
    prepare: async (world) => startRecovery(world, first(world), await world.former.getAddress()),
  },
}
const OWNERS: Readonly<Record<string, (world: World) => Promise<Owner>>> = {
  account: (world) => account(world.owner),
  'P-256 key': key,
  passkey,
}

/*
 * acts by signature × owner: account, P-256 key, passkey
 * ├── sent by anybody ── done once
 * ├── signed for ── another chain, contract, version, name, item, receiver, act, nonce, deadline
 * ├── signed by ─── another owner of the same kind, in its own name and in the owner's · bytes that own nothing · nobody
 * ├── deadline ──── a second before · at · a second after
 * └── authenticator ── user absent · unverified · another ceremony, challenge · malleable · backed up without leave
 */
describe('ItemOwnership acts by signature', () => {
  const fixture = () => deployWorld(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  for (const [message, act] of Object.entries(ACTS) as [Message, Act][]) {
    for (const [kind, make] of Object.entries(OWNERS)) {
      describe(`${message}, signed by: ${kind}`, () => {
        /** A world where the owner has the first two items, and the first is ready for the act. */
        async function ready() {
          const world = await load()
          const owner = await make(world)
          for (const item of [first(world), itemAt(world, 1)]) await claim(world, item, owner)
          await act.prepare?.(world, owner)
          const to = message === 'Transfer' ? (await world.former.getAddress()).toLowerCase() : undefined
          const { tokenId } = first(world)
          const by = (signer: Owner, extra: { nonce?: bigint; deadline?: number } = {}) =>
            authorise(world, signer, message, tokenId, to === undefined ? extra : { to, ...extra })
          const call = (authorization: unknown, id = tokenId) => {
            const args = to === undefined ? [authorization] : [to, authorization]
            return attempt(world.ownership, world.stranger, act.method, id, ...args)
          }
          const { nonce } = await stateOf(world, tokenId)
          const value = { tokenId, ...(to === undefined ? {} : { to }), nonce, deadline: FAR }
          return { world, owner, tokenId, by, call, nonce, value, address: getAddress(owner.account) }
        }

        it('is done by whoever sends it, and once', async () => {
          const { world, owner, tokenId, by, call, nonce } = await ready()
          const authorization = await by(owner)
          await expect(call(authorization)).to.emit(world.ownership, act.event)
          expect((await stateOf(world, tokenId)).nonce).to.equal(nonce + 1n)
          const replay = call(authorization)
          await refused(world.ownership, replay, 'ItemOwnershipWrongNonce', tokenId, nonce, nonce + 1n)
        })

        it('is refused with a signature for anything else', async () => {
          const { world, owner, tokenId, call, nonce, value, address } = await ready()
          const signed = { owner: owner.bytes, nonce, deadline: FAR }
          const other = await world.approved.getAddress()
          const words: [typeof world.domain, Message, Record<string, unknown>][] = [
            [{ ...world.domain, chainId: 1n }, message, value],
            [{ ...world.domain, verifyingContract: other }, message, value],
            [{ ...world.domain, version: '2' }, message, value],
            [{ ...world.domain, name: 'Another' }, message, value],
            [world.domain, message, { ...value, tokenId: itemAt(world, 1).tokenId }],
            [world.domain, message, { ...value, nonce: nonce + 1n }],
            [world.domain, message, { ...value, deadline: FAR - 1 }],
            [
              world.domain,
              message === 'ReportStolen' ? 'CancelRecovery' : 'ReportStolen',
              { tokenId, nonce, deadline: FAR },
            ],
          ]
          if (message === 'Transfer') words.push([world.domain, message, { ...value, to: other }])
          for (const [domain, type, word] of words) {
            const signature = await owner.sign(domain, typesOf(type), word)
            const sent = call({ ...signed, signature })
            await refused(world.ownership, sent, 'ItemOwnershipBadSignature', tokenId, address)
          }
          const none = call({ ...signed, signature: '0x' })
          await refused(world.ownership, none, 'ItemOwnershipBadSignature', tokenId, address)
        })

        it('is refused for another item, and for one that was never claimed', async () => {
          const { world, owner, by, call, nonce, address } = await ready()
          const authorization = await by(owner)
          const { tokenId } = itemAt(world, 1)
          const sent = call(authorization, tokenId)
          await (nonce === 0n
            ? refused(world.ownership, sent, 'ItemOwnershipBadSignature', tokenId, address)
            : refused(world.ownership, sent, 'ItemOwnershipWrongNonce', tokenId, nonce, 0n))
          const unknown = itemAt(world, 2).tokenId
          await refused(world.ownership, call(authorization, unknown), 'ItemOwnershipUnknownItem', unknown)
        })

        it('is refused by anybody else', async () => {
          const { world, owner, tokenId, by, call, address } = await ready()
          const other = await (kind === 'account' ? account(world.former) : make(world))
          const own = call(await by(other))
          const account_ = getAddress(other.account)
          await refused(world.ownership, own, 'ItemOwnershipNotOwner', tokenId, account_)
          const posing = call({ ...(await by(other)), owner: owner.bytes })
          await refused(world.ownership, posing, 'ItemOwnershipBadSignature', tokenId, address)
          for (const bytes of ['0x', '0x01', `${owner.bytes}00`]) {
            const nobody = call({ ...(await by(owner)), owner: bytes })
            await refused(world.ownership, nobody, 'ItemOwnershipNotOwner', tokenId, ZeroAddress)
          }
        })

        it('counts up to and in the second of the deadline, not after it', async () => {
          const { world, owner, by, call } = await ready()
          const deadline = (await networkHelpers.time.latest()) + 1_000
          const authorization = await by(owner, { deadline })
          for (const at of [deadline - 1, deadline]) {
            const before = await networkHelpers.takeSnapshot()
            await networkHelpers.time.setNextBlockTimestamp(at)
            await expect(call(authorization)).to.emit(world.ownership, act.event)
            await before.restore()
          }
          await networkHelpers.time.setNextBlockTimestamp(deadline + 1)
          await refused(world.ownership, call(authorization), 'ItemOwnershipExpired', deadline, deadline + 1)
        })
      })
    }
  }

  it('refuses what an authenticator signs otherwise than it should', async () => {
    const world = await load()
    const owner = await passkey(world)
    await claim(world, first(world), owner)
    const { tokenId } = first(world)
    const word = { tokenId, nonce: 0n, deadline: FAR }
    const hash = TypedDataEncoder.hash(world.domain, typesOf('ReportStolen'), word)
    const call = (otherwise: Assertion) =>
      attempt(world.ownership, world.stranger, 'reportStolenWithSignature', tokenId, {
        owner: owner.bytes,
        nonce: 0,
        deadline: FAR,
        signature: owner.assert(hash, otherwise),
      })
    const others: Assertion[] = [
      { flags: Flag.verified },
      { flags: Flag.present },
      { flags: Flag.present | Flag.verified | Flag.backedUp },
      { type: 'webauthn.create' },
      { challenge: `0x${'11'.repeat(32)}` },
      { highS: true },
    ]
    const address = getAddress(owner.account)
    for (const otherwise of others)
      await refused(world.ownership, call(otherwise), 'ItemOwnershipBadSignature', tokenId, address)
    const synced = { flags: Flag.present | Flag.verified | Flag.eligible | Flag.backedUp }
    await expect(call(synced)).to.emit(world.ownership, 'ReportedStolen')
  })

  it('takes an account that is a contract by no signature of its keys', async () => {
    const world = await load()
    const wallet = await ethers.deployContract('TestWallet')
    const bytes = (await wallet.getAddress()).toLowerCase()
    const signer = Wallet.createRandom()
    const owner: Owner = { ...(await account(signer)), bytes, account: bytes }
    await claim(world, first(world), owner)
    const { tokenId } = first(world)
    const authorization = await authorise(world, owner, 'ReportStolen', tokenId)
    const sent = attempt(world.ownership, world.stranger, 'reportStolenWithSignature', tokenId, authorization)
    await refused(world.ownership, sent, 'ItemOwnershipBadSignature', tokenId, getAddress(bytes))
  })

  it('lets one change of the item end every signature made before it', async () => {
    const world = await load()
    const owner = await passkey(world)
    await claim(world, first(world), owner)
    const { tokenId } = first(world)
    const to = (await world.former.getAddress()).toLowerCase()
    const sale = await authorise(world, owner, 'Transfer', tokenId, { to })
    const possession = await possess(world, first(world), to)
    const self = await authorise(world, owner, 'Transfer', tokenId, { to: owner.bytes })
    await attempt(world.ownership, world.stranger, 'transferWithSignature', tokenId, owner.bytes, self)
    const late = attempt(world.ownership, world.stranger, 'transferWithSignature', tokenId, to, sale)
    await refused(world.ownership, late, 'ItemOwnershipWrongNonce', tokenId, 0, 1)
    const { origin } = first(world)
    const start = attempt(world.ownership, world.admin, 'startRecovery', tokenId, origin, to, possession)
    await refused(world.ownership, start, 'ItemOwnershipWrongNonce', tokenId, 0, 1)
  })
})
