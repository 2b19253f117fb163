import { join } from 'node:path'
import { keccak256 } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { silentLog } from '../kernel/log.ts'
import { addressOf } from './chain-keys.ts'
import { ARTIFACTS_DIR, abiHash, DEPLOYED, type DeployedName, readArtifact } from './deploy-artifacts.ts'
import { type Journal, type JournalEntry, openJournal } from './deploy-journal.ts'
import {
  type ContractRecord,
  type Deployment,
  lost,
  missingCode,
  notDeployed,
  otherChain,
  readDeployment,
  readRecord,
  writeRecord,
} from './deploy-records.ts'
import { type Receipt, receiptOf, sendUntilMined, signStep } from './deploy-send.ts'
import {
  type Addresses,
  constructorArgs,
  createdAddress,
  deploymentSteps,
  type Step,
} from './deploy-steps.ts'
import { createRpc, type Rpc } from './rpc.ts'

export type { ContractRecord, Deployment } from './deploy-records.ts'

export type DeployOptions = {
  readonly rpcUrl: string
  /** Already open to the chain, and left open; else `rpcUrl` is asked. */
  readonly rpc?: Rpc
  /** The chain the endpoint must serve. */
  readonly chainId: number
  /** Pays, becomes admin of `AccessManager`, and gets the operator's role; null only checks what is there. */
  readonly deployerKey: Hex | null
  /** Holds the journal of signed steps and a record for each contract. */
  readonly folder: string
  /** Account that gets the operator's role too. */
  readonly relayer?: Hex | null
  /** What `tokenURI` of an item's token begins with. */
  readonly tokenBaseUri: string
  /** Where the compiled contracts are, if not in the project's own `artifacts`. */
  readonly artifactsDir?: string
}

type Given = Required<Omit<DeployOptions, 'rpc'>>
type Session = Given & { readonly rpc: Rpc; readonly journal: Journal }

/**
 * Makes sure that the chain has the contracts of this folder, and says where they are. Each step is signed and on the
 * disk before it is sent, and the same bytes are sent again where a crash came between or the chain lost blocks: so
 * there is one set of contracts, at the same addresses, however often this is called.
 *
 * Throws `chain.deployment_mismatch` when folder and chain do not belong together, `chain.not_deployed` when there is
 * nothing and no key to deploy with, `chain.not_compiled`, `chain.deployment_failed`, or what the endpoint's calls throw.
 */
export async function deployContracts(options: DeployOptions): Promise<Deployment> {
  const given = {
    ...options,
    relayer: options.relayer ?? null,
    artifactsDir: options.artifactsDir ?? ARTIFACTS_DIR,
  }
  if (options.rpc !== undefined) return deployWith(given, options.rpc)
  const rpc = createRpc({ url: options.rpcUrl, chainId: options.chainId, log: silentLog })
  try {
    return await deployWith(given, rpc)
  } finally {
    await rpc.close()
  }
}

/**
 * The deployment of a folder when all of it is on the chain: chain id, the ABIs' hashes and the code at each address are
 * as recorded. Null where nothing is recorded. Throws `chain.deployment_mismatch`.
 */
export async function checkDeployment(
  options: Pick<DeployOptions, 'rpcUrl' | 'chainId' | 'folder'>,
): Promise<Deployment | null> {
  const rpc = createRpc({ url: options.rpcUrl, chainId: options.chainId, log: silentLog })
  try {
    const deployment = readDeployment(options.folder, options.chainId)
    return deployment === null ? null : await onChain(rpc, deployment, options.folder)
  } finally {
    await rpc.close()
  }
}

async function deployWith(options: Given, rpc: Rpc): Promise<Deployment> {
  const { folder, chainId, deployerKey } = options
  const recorded = readDeployment(folder, chainId)
  const journal = openJournal(join(folder, 'journal.jsonl'))
  const foreign = journal.entries.find((entry) => entry.chainId !== chainId)
  if (foreign) throw otherChain(folder, foreign.chainId, chainId)
  if (recorded !== null && (deployerKey === null || journal.entries.length === 0))
    return onChain(rpc, recorded, folder)
  if (deployerKey === null) throw notDeployed(folder, chainId)
  await runSteps({ ...options, rpc, journal }, deployerKey)
  const deployment = readDeployment(folder, chainId)
  if (deployment === null) throw notDeployed(folder, chainId)
  return onChain(rpc, deployment, folder)
}

/**
 * What was signed before comes first, in the order of its signing, which is that of its nonces; then what is missing. So
 * a deployment that was complete for an earlier version of this program is completed for this one. A contract that is
 * recorded without having been signed here is taken as it is.
 */
async function runSteps(session: Session, deployerKey: Hex): Promise<void> {
  const { journal } = session
  const deployer = journal.find('AccessManager')?.from ?? addressOf(deployerKey)
  const known: Partial<Record<DeployedName, Hex>> = {}
  const addresses = known as Addresses
  for (const entry of [...journal.entries]) await bring(session, entry, { known, deployer })
  for (const step of deploymentSteps({ ...session, deployer })) {
    if (journal.find(step.id) !== null) continue
    const recorded = step.deploys === null ? null : await recordedOnly(session, step.deploys)
    if (recorded !== null) known[recorded.contract] = recorded.address
    else await bring(session, await signNext(session, step, { deployerKey, addresses }), { known, deployer })
  }
}

/** The record of a contract that is on the chain without having been signed here. Null where it may be deployed. */
async function recordedOnly(
  { rpc, folder, journal }: Session,
  contract: DeployedName,
): Promise<ContractRecord | null> {
  const recorded = readRecord(folder, contract)
  if (recorded === null) return null
  const code = await rpc.call<Hex>('eth_getCode', [recorded.address, 'latest'])
  if (codeHash(code) === recorded.codeHash) return recorded
  if (journal.find('AccessManager') === null) throw lost(folder, contract)
  return null
}

type Progress = { readonly known: Partial<Record<DeployedName, Hex>>; readonly deployer: Hex }

/** Makes sure that a signed step is on the chain, and writes down what it deployed. */
async function bring(session: Session, entry: JournalEntry, { known, deployer }: Progress): Promise<void> {
  const deploys = DEPLOYED.find((name) => name === entry.step) ?? null
  if (deploys !== null) known[deploys] = createdAddress(entry)
  const receipt = await ensureStep(session, deploys, entry)
  if (deploys !== null)
    await record(session, deploys, { entry, receipt, deployer, addresses: known as Addresses })
}

/** Steps are signed in order, so the addresses a step needs are known by then. */
async function signNext(
  { rpc, chainId, journal }: Session,
  step: Step,
  { deployerKey, addresses }: { deployerKey: Hex; addresses: Addresses },
): Promise<JournalEntry> {
  const from = addressOf(deployerKey)
  const used = journal.entries.filter((entry) => entry.from === from).map((entry) => entry.nonce + 1)
  const nonce = Math.max(await transactionCount(rpc, from, 'pending'), ...used)
  const entry = await signStep(rpc, step.build(addresses), {
    key: deployerKey,
    chainId,
    step: step.id,
    nonce,
  })
  journal.append(entry)
  return entry
}

/** Brings a signed step onto the chain if it is not there. Null where it is, and the node no longer has its receipt. */
async function ensureStep(
  { rpc, folder }: Session,
  deploys: DeployedName | null,
  entry: JournalEntry,
): Promise<Receipt | null> {
  const count = await transactionCount(rpc, entry.from, 'latest')
  if (count === entry.nonce) return sendUntilMined(rpc, entry)
  const code = deploys === null ? null : await rpc.call<Hex>('eth_getCode', [createdAddress(entry), 'latest'])
  if (count < entry.nonce || code === '0x') throw lost(folder, entry.step)
  return receiptOf(rpc, entry)
}

async function transactionCount(rpc: Rpc, account: Hex, block: 'latest' | 'pending'): Promise<number> {
  return Number(await rpc.call<string>('eth_getTransactionCount', [account, block]))
}

type Done = {
  readonly entry: JournalEntry
  readonly receipt: Receipt | null
  readonly deployer: Hex
  readonly addresses: Addresses
}

async function record(
  { rpc, folder, chainId, artifactsDir, tokenBaseUri }: Session,
  contract: DeployedName,
  { entry, receipt, deployer, addresses }: Done,
): Promise<void> {
  const before = readRecord(folder, contract)
  const blockNumber = receipt === null ? (before?.blockNumber ?? 0) : Number(receipt.blockNumber)
  const isSame = before?.transactionHash === entry.hash
  if (isSame && before.blockNumber === blockNumber) return
  writeRecord(folder, {
    contract,
    chainId,
    address: addresses[contract],
    abiHash: abiHash(readArtifact(contract, artifactsDir).abi),
    codeHash: codeHash(await rpc.call<Hex>('eth_getCode', [addresses[contract], 'latest'])),
    blockNumber,
    transactionHash: entry.hash,
    constructorArgs: isSame
      ? before.constructorArgs
      : constructorArgs(contract, addresses, { deployer, tokenBaseUri }),
  })
}

function codeHash(code: Hex): Hex {
  return toHex(keccak256(code), 32)
}

async function onChain(rpc: Rpc, deployment: Deployment, folder: string): Promise<Deployment> {
  const missing = await missingCode(rpc, deployment, codeHash)
  if (missing.length === 0) return deployment
  const names = DEPLOYED.filter((name) => missing.includes(name)).join(', ')
  throw lost(folder, names)
}
