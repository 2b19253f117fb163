import { join } from 'node:path'
import { keccak256 } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import { addressOf } from './chain-keys.ts'
import { ARTIFACTS_DIR, abiHash, DEPLOYED, type DeployedName, readArtifact } from './deploy-artifacts.ts'
import { type Journal, type JournalEntry, openJournal } from './deploy-journal.ts'
import {
  type Deployment,
  missingCode,
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
  /** The chain the endpoint must serve. */
  readonly chainId: number
  /** Pays, becomes admin of `AccessManager`, and gets the operator's role; null only checks what is there. */
  readonly deployerKey: Hex | null
  /** Holds the journal of signed steps and a record for each contract. */
  readonly folder: string
  /** Account that gets the operator's role too. */
  readonly relayer?: Hex | null
  /** Where the compiled contracts are, if not in the project's own `artifacts`. */
  readonly artifactsDir?: string
}

type Session = Required<DeployOptions> & { readonly rpc: Rpc; readonly journal: Journal }

/**
 * Makes sure that the chain has the contracts of this folder, and says where they are. Each step is signed and on the
 * disk before it is sent, and the same bytes are sent again where a crash came between or the chain lost blocks: so
 * there is one set of contracts, at the same addresses, however often this is called.
 *
 * Throws `chain.deployment_mismatch` when folder and chain do not belong together, `chain.not_deployed` when there is
 * nothing and no key to deploy with, `chain.not_compiled`, `chain.deployment_failed`, or what the endpoint's calls throw.
 */
export async function deployContracts(options: DeployOptions): Promise<Deployment> {
  const rpc = createRpc({ url: options.rpcUrl, chainId: options.chainId, log: silentLog })
  try {
    return await deployWith(
      { ...options, relayer: options.relayer ?? null, artifactsDir: options.artifactsDir ?? ARTIFACTS_DIR },
      rpc,
    )
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

async function deployWith(options: Required<DeployOptions>, rpc: Rpc): Promise<Deployment> {
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

async function runSteps(session: Session, deployerKey: Hex): Promise<void> {
  const { relayer, artifactsDir, journal } = session
  const deployer = journal.find('AccessManager')?.from ?? addressOf(deployerKey)
  const addresses: Partial<Record<DeployedName, Hex>> = {}
  for (const step of deploymentSteps({ deployer, relayer, artifactsDir })) {
    const entry =
      journal.find(step.id) ??
      (await signNext(session, step, { deployerKey, addresses: addresses as Addresses }))
    if (step.deploys !== null) addresses[step.deploys] = createdAddress(entry)
    const receipt = await ensureStep(session, step, entry)
    if (step.deploys !== null)
      await record(session, step.deploys, { entry, receipt, addresses: addresses as Addresses })
  }
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
  step: Step,
  entry: JournalEntry,
): Promise<Receipt | null> {
  const count = await transactionCount(rpc, entry.from, 'latest')
  if (count === entry.nonce) return sendUntilMined(rpc, entry)
  const code =
    step.deploys === null ? null : await rpc.call<Hex>('eth_getCode', [createdAddress(entry), 'latest'])
  if (count < entry.nonce || code === '0x') throw lost(folder, step.id)
  return receiptOf(rpc, entry)
}

async function transactionCount(rpc: Rpc, account: Hex, block: 'latest' | 'pending'): Promise<number> {
  return Number(await rpc.call<string>('eth_getTransactionCount', [account, block]))
}

type Done = { readonly entry: JournalEntry; readonly receipt: Receipt | null; readonly addresses: Addresses }

async function record(
  { rpc, folder, chainId, artifactsDir }: Session,
  contract: DeployedName,
  { entry, receipt, addresses }: Done,
): Promise<void> {
  const before = readRecord(folder, contract)
  const blockNumber = receipt === null ? (before?.blockNumber ?? 0) : Number(receipt.blockNumber)
  if (before?.transactionHash === entry.hash && before.blockNumber === blockNumber) return
  writeRecord(folder, {
    contract,
    chainId,
    address: addresses[contract],
    abiHash: abiHash(readArtifact(contract, artifactsDir).abi),
    codeHash: codeHash(await rpc.call<Hex>('eth_getCode', [addresses[contract], 'latest'])),
    blockNumber,
    transactionHash: entry.hash,
    constructorArgs: constructorArgs(contract, addresses, entry.from),
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

function lost(folder: string, what: string): AppError {
  const message = `The chain does not have what ${folder} says was deployed (${what}), and it cannot be replayed. Point CHAIN_RPC_URL at the chain of this folder, put the chain's data back, or deploy anew into an empty folder.`
  return new AppError('chain.deployment_mismatch', message, { folder, missing: what })
}

function notDeployed(folder: string, chainId: number): AppError {
  const message = `No contracts are written down in ${folder} for chain ${chainId}. Set CHAIN_DEPLOYER_KEY, or put the deployment's files there.`
  return new AppError('chain.not_deployed', message, { folder, chainId })
}
