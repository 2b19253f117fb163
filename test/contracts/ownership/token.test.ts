import { expect } from 'chai'
import { getAddress, toBeHex, ZeroAddress, ZeroHash } from 'ethers'
import { artifacts, network } from 'hardhat'
import { ask, attempt, refused, send } from '../support.ts'
import {
  account,
  BASE_URI,
  claim,
  deployOwned,
  first,
  itemAt,
  passkey,
  Reporter,
  stateOf,
  transfer,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()
const SAFE = 'safeTransferFrom(address,address,uint256)'

/*
 * what wallets and marketplaces expect of an ERC-721 token
 * ├── reads ────── names, interfaces, URI, balances · unknown token · zero address
 * ├── approvals ── one token · all of an owner · withdrawn · ended by a transfer · by strangers, of keys
 * └── transfers ── owner, approved, operator · wrong owner, receiver, caller · unknown token · to itself
 */
describe('ItemOwnership as ERC-721', () => {
  const fixture = () => deployOwned(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  it('says its names, its interfaces and where a token is described', async () => {
    const world = await load()
    const { ownership } = world
    expect(await ask(ownership, 'name')).to.equal('Cachet Item')
    expect(await ask(ownership, 'symbol')).to.equal('CACHET')
    expect(await ask(ownership, 'tokenURI', first(world).tokenId)).to.equal(
      `${BASE_URI}${toBeHex(first(world).tokenId, 32)}`,
    )
    const { abi } = await artifacts.readArtifact('IItemOwnership')
    const own = new ethers.Interface(abi)
    let ownId = 0n
    own.forEachFunction((fragment) => {
      ownId ^= BigInt(fragment.selector)
    })
    // ERC-165, ERC-721, its metadata, and our own.
    for (const interfaceId of ['0x01ffc9a7', '0x80ac58cd', '0x5b5e139f', toBeHex(ownId, 4)])
      expect(await ask(ownership, 'supportsInterface', interfaceId), interfaceId).to.equal(true)
    for (const interfaceId of ['0xffffffff', '0x780e9d63'])
      expect(await ask(ownership, 'supportsInterface', interfaceId), interfaceId).to.equal(false)
  })

  it('says its registries, verifiers, delay and EIP-712 domain', async () => {
    const { ownership, items, brands, p256, webAuthn, domain } = await load()
    expect(await ask(ownership, 'itemRegistry')).to.equal(await items.getAddress())
    expect(await ask(ownership, 'brandRegistry')).to.equal(await brands.getAddress())
    expect(await ask(ownership, 'p256Verifier')).to.equal(await p256.getAddress())
    expect(await ask(ownership, 'webAuthnVerifier')).to.equal(await webAuthn.getAddress())
    expect(await ask(ownership, 'RECOVERY_DELAY')).to.equal(1_209_600n)
    expect(await ask(ownership, 'eip712Domain')).to.deep.equal([
      '0x0f',
      domain.name,
      domain.version,
      domain.chainId,
      domain.verifyingContract,
      ZeroHash,
      [],
    ])
  })

  it('answers states for many tokens in the order asked, all zero for the unknown', async () => {
    const world = await load()
    const ids = [itemAt(world, 1).tokenId, first(world).tokenId, 0n]
    const states = await ask(world.ownership, 'statesOf', ids)
    const owners = states.map((state: { owner: string }) => state.owner)
    expect(owners).to.deep.equal([ZeroAddress, await world.owner.getAddress(), ZeroAddress])
    expect(await stateOf(world, 0n)).to.deep.equal({
      owner: ZeroAddress,
      nonce: 0n,
      stolenAt: 0n,
      stolenBy: Reporter.None,
      brandNumber: 0n,
      claimedAt: 0n,
      recoveryOwner: ZeroAddress,
      recoveryReadyAt: 0n,
    })
    expect(await ask(world.ownership, 'statesOf', [])).to.deep.equal([])
  })

  it('refuses reads of a token that is not there', async () => {
    const world = await load()
    const { ownership } = world
    const { tokenId } = itemAt(world, 1)
    for (const method of ['ownerOf', 'getApproved', 'tokenURI'])
      await refused(ownership, ask(ownership, method, tokenId), 'ERC721NonexistentToken', tokenId)
    await refused(ownership, ask(ownership, 'balanceOf', ZeroAddress), 'ERC721InvalidOwner', ZeroAddress)
  })

  it('lets an approved account move one token once', async () => {
    const world = await load()
    const { ownership, owner, approved, former } = world
    const { tokenId } = first(world)
    expect(await ask(ownership, 'getApproved', tokenId)).to.equal(await approved.getAddress())
    const { nonce } = await stateOf(world, tokenId)
    await expect(attempt(ownership, approved, 'transferFrom', owner, former, tokenId))
      .to.emit(ownership, 'Transfer')
      .withArgs(await owner.getAddress(), await former.getAddress(), tokenId)
    expect((await stateOf(world, tokenId)).nonce).to.equal(nonce + 1n)
    expect(await ask(ownership, 'getApproved', tokenId)).to.equal(ZeroAddress)
    const again = attempt(ownership, approved, 'transferFrom', former, owner, tokenId)
    await refused(ownership, again, 'ERC721InsufficientApproval', await approved.getAddress(), tokenId)
  })

  it('lets an operator move all of an owner’s tokens until it is withdrawn', async () => {
    const world = await load()
    const { ownership, owner, former, stranger } = world
    await claim(world, itemAt(world, 1), await account(owner))
    const operator = await stranger.getAddress()
    await expect(attempt(ownership, owner, 'setApprovalForAll', stranger, true))
      .to.emit(ownership, 'ApprovalForAll')
      .withArgs(await owner.getAddress(), operator, true)
    expect(await ask(ownership, 'isApprovedForAll', owner, stranger)).to.equal(true)
    await send(ownership, stranger, 'transferFrom', owner, former, first(world).tokenId)
    await send(ownership, owner, 'setApprovalForAll', stranger, false)
    const { tokenId } = itemAt(world, 1)
    const late = attempt(ownership, stranger, 'transferFrom', owner, former, tokenId)
    await refused(ownership, late, 'ERC721InsufficientApproval', operator, tokenId)
    const zero = attempt(ownership, owner, 'setApprovalForAll', ZeroAddress, true)
    await refused(ownership, zero, 'ERC721InvalidOperator', ZeroAddress)
  })

  it('lets nobody but the owner or its operator approve', async () => {
    const world = await load()
    const { ownership, owner, approved, former, admin, operator, stranger } = world
    const { tokenId } = first(world)
    for (const who of [approved, former, admin, operator, stranger]) {
      const sent = attempt(ownership, who, 'approve', stranger, tokenId)
      await refused(ownership, sent, 'ERC721InvalidApprover', await who.getAddress())
    }
    await send(ownership, owner, 'setApprovalForAll', stranger, true)
    await expect(attempt(ownership, stranger, 'approve', former, tokenId))
      .to.emit(ownership, 'Approval')
      .withArgs(await owner.getAddress(), await former.getAddress(), tokenId)
    const unknown = itemAt(world, 1).tokenId
    const sent = attempt(ownership, owner, 'approve', former, unknown)
    await refused(ownership, sent, 'ERC721NonexistentToken', unknown)
  })

  it('moves a key’s token by no account’s call, the relayer’s least of all', async () => {
    const world = await load()
    const { ownership, stranger } = world
    const owner = await passkey(world)
    const { tokenId } = itemAt(world, 1)
    await claim(world, itemAt(world, 1), owner)
    const from = getAddress(owner.account)
    const sent = attempt(ownership, stranger, 'transferFrom', from, stranger, tokenId)
    await refused(ownership, sent, 'ERC721InsufficientApproval', await stranger.getAddress(), tokenId)
  })

  it('moves between keys and accounts and counts every holding', async () => {
    const world = await load()
    const { ownership } = world
    const owners = [await account(world.owner), await passkey(world), await account(world.former)] as const
    await transfer(world, first(world), owners[0], owners[1])
    const { tokenId } = first(world)
    expect(await ask(ownership, 'ownerOf', tokenId)).to.equal(getAddress(owners[1].account))
    await transfer(world, first(world), owners[1], owners[2])
    const counts = await Promise.all(owners.map((owner) => ask(ownership, 'balanceOf', owner.account)))
    expect(counts).to.deep.equal([0n, 0n, 1n])
  })

  it('ends the signatures for a token that its owner moves to itself', async () => {
    const world = await load()
    const { ownership, owner } = world
    const { tokenId } = first(world)
    const before = await stateOf(world, tokenId)
    await send(ownership, owner, 'transferFrom', owner, owner, tokenId)
    expect(await stateOf(world, tokenId)).to.deep.equal({ ...before, nonce: before.nonce + 1n })
    expect(await ask(ownership, 'balanceOf', owner)).to.equal(1n)
  })

  it('refuses to move a token from whom it is not, to nobody, or to who cannot keep it', async () => {
    const world = await load()
    const { ownership, owner, former, stranger, items } = world
    const { tokenId } = first(world)
    const [is, was] = [await owner.getAddress(), await former.getAddress()]
    const wrong = attempt(ownership, owner, 'transferFrom', former, stranger, tokenId)
    await refused(ownership, wrong, 'ERC721IncorrectOwner', was, tokenId, is)
    for (const method of ['transferFrom', SAFE]) {
      const nobody = attempt(ownership, owner, method, owner, ZeroAddress, tokenId)
      await refused(ownership, nobody, 'ERC721InvalidReceiver', ZeroAddress)
    }
    const deaf = attempt(ownership, owner, SAFE, owner, items, tokenId)
    await refused(ownership, deaf, 'ERC721InvalidReceiver', await items.getAddress())
    const unknown = itemAt(world, 1).tokenId
    const nothing = attempt(ownership, owner, 'transferFrom', owner, former, unknown)
    await refused(ownership, nothing, 'ERC721NonexistentToken', unknown)
    await expect(attempt(ownership, owner, SAFE, owner, former, tokenId)).to.emit(ownership, 'Transfer')
  })

  it('refuses to move a token to bytes that can own nothing', async () => {
    const world = await load()
    const from = await account(world.owner)
    for (const bytes of ['0x', ZeroAddress, '0x01']) {
      const sent = transfer(world, first(world), from, { ...from, bytes })
      await refused(world.ownership, sent, 'ItemOwnershipBadOwner', bytes)
    }
  })
})
