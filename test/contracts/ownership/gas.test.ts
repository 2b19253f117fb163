import { expect } from 'chai'
import { network } from 'hardhat'
import { expectSnapshot, type Gas, printGas } from '../gas-snapshot.ts'
import { send } from '../support.ts'
import { claimDeep, transferPasskey } from './deep-claim.ts'
import {
  account,
  authorise,
  claim,
  deployWorld,
  itemAt,
  key,
  passkey,
  RECOVERY_DELAY,
  startRecovery,
  type World,
} from './world.ts'

// Osaka has the P-256 precompile (EIP-7951), which most rollups have had since RIP-7212.
const { ethers, networkHelpers } = await network.create({ override: { hardfork: 'osaka' } })
const SNAPSHOT = new URL('./gas-snapshot.json', import.meta.url)
/** Depth of the tree of a batch of 131,072 items. */
const DEPTH = 17
const CLAIM_MAX = 150_000
const PASSKEY_TRANSFER_MAX = 120_000

describe('gas of ItemOwnership, from receipts', () => {
  let measured: Gas

  before(async () => {
    measured = await measure(await deployWorld(ethers))
    printGas(measured)
  })

  it('stays within 2 % of the snapshot', () => {
    expectSnapshot(measured, SNAPSHOT)
  })

  it('is below the limits: a claim at depth 17, a transfer from passkey to passkey', () => {
    expect(measured['claimByAccountDepth17']).to.be.below(CLAIM_MAX)
    expect(measured['transferPasskeyToNewPasskey']).to.be.below(PASSKEY_TRANSFER_MAX)
    expect(measured['transferPasskeyToPasskey']).to.be.below(PASSKEY_TRANSFER_MAX)
  })
})

async function measure(world: World): Promise<Gas> {
  const { ownership, owner, approved, stranger } = world
  const gas = async (from: typeof owner, method: string, ...args: unknown[]): Promise<number> =>
    Number((await send(ownership, from, method, ...args)).gasUsed)
  const item = itemAt(world, 0)
  const { tokenId } = item
  const claimByAccountDepth17 = await claimDeep(world, DEPTH)
  const passkeys = await transferPasskey(world)
  const byPasskey = await claim(world, itemAt(world, 4), await passkey(world))
  const holder = await key(world)
  const byKey = await claim(world, itemAt(world, 5), holder)
  const stolen = await authorise(world, holder, 'ReportStolen', itemAt(world, 5).tokenId)
  await claim(world, item, await account(owner))
  const measured = {
    claimByAccountDepth17,
    claimByPasskeyDepth3: Number(byPasskey.gasUsed),
    claimByKeyDepth3: Number(byKey.gasUsed),
    transferPasskeyToNewPasskey: passkeys.first,
    transferPasskeyToPasskey: passkeys.later,
    transferByAccount: await gas(owner, 'transferFrom', owner, approved, tokenId),
    reportStolen: await gas(approved, 'reportStolen', tokenId),
    reportRecovered: await gas(approved, 'reportRecovered', tokenId),
    reportStolenByKey: await gas(stranger, 'reportStolenWithSignature', itemAt(world, 5).tokenId, stolen),
    startRecovery: Number((await startRecovery(world, item, (await passkey(world)).bytes)).gasUsed),
  }
  await networkHelpers.time.increase(RECOVERY_DELAY)
  return { ...measured, finishRecovery: await gas(stranger, 'finishRecovery', tokenId) }
}
