import { id, keccak256, toUtf8Bytes, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import { expectSnapshot, type Gas, printGas } from '../gas-snapshot.ts'
import { send } from '../support.ts'

const { ethers } = await network.create()
const SNAPSHOT = new URL('./gas-snapshot.json', import.meta.url)
const MARKETPLACE = keccak256(toUtf8Bytes('market.example'))

describe('gas of EnforcementLedger, from receipts', () => {
  let measured: Gas

  before(async () => {
    measured = await measure()
    printGas(measured)
  })

  it('stays within 2 % of the snapshot', () => {
    expectSnapshot(measured, SNAPSHOT)
  })
})

async function measure(): Promise<Gas> {
  const [operator, admin, recorder] = await ethers.getSigners()
  if (!operator || !admin || !recorder) throw new Error('too few accounts')
  const manager = await ethers.deployContract('AccessManager', [operator])
  const ledger = await ethers.deployContract('EnforcementLedger', [manager])
  const gas = async (from: typeof admin, method: string, ...args: unknown[]): Promise<number> =>
    Number((await send(ledger, from, method, ...args)).gasUsed)
  const ruling = {
    statementDigest: id('why'),
    subject: id('who'),
    kind: 0,
    itemId: id('what'),
    orderId: ZeroHash,
  }
  const decisions = ['one', 'two', 'three'].map(id)
  const registerMarketplace = await gas(operator, 'registerMarketplace', 'market.example', admin)
  const setRecorder = await gas(admin, 'setRecorder', MARKETPLACE, recorder, true)
  const setPolicy = await gas(admin, 'setPolicy', MARKETPLACE, 3, 180)
  const [records, strikes]: [number[], number[]] = [[], []]
  for (const decisionId of decisions) {
    records.push(await gas(recorder, 'recordDecision', MARKETPLACE, decisionId, ruling))
    strikes.push(await gas(recorder, 'strike', MARKETPLACE, decisionId))
  }
  return {
    registerMarketplace,
    setRecorder,
    setPolicy,
    recordDecision: records[1] ?? 0,
    firstStrike: strikes[0] ?? 0,
    laterStrike: strikes[1] ?? 0,
    terminatingStrike: strikes[2] ?? 0,
    reverseAndReopen: await gas(recorder, 'reverseDecision', MARKETPLACE, decisions[1], id('appeal')),
  }
}
