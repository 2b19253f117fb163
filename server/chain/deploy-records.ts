import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hex } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'
import { writePrivateFile } from '../kernel/files.ts'
import { type ContractName, contractInterfaces } from './contracts.ts'
import { abiHash, DEPLOYED, type DeployedName } from './deploy-artifacts.ts'
import type { Rpc } from './rpc.ts'

/** One contract of a deployment, as FOLDER/<Contract>.json says. */
export type ContractRecord = {
  readonly contract: DeployedName
  readonly chainId: number
  readonly address: Hex
  readonly abiHash: Hex
  /** Keccak-256 of the code on chain. */
  readonly codeHash: Hex
  /** Block of the deployment; 0 where the node no longer tells. */
  readonly blockNumber: number
  readonly transactionHash: Hex
  readonly constructorArgs: readonly string[]
}

export type Deployment = {
  readonly chainId: number
  readonly contracts: Readonly<Record<DeployedName, ContractRecord>>
}

export function readRecord(folder: string, contract: DeployedName): ContractRecord | null {
  const path = join(folder, `${contract}.json`)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ContractRecord) : null
}

export function writeRecord(folder: string, record: ContractRecord): void {
  writePrivateFile(join(folder, `${record.contract}.json`), `${JSON.stringify(record, null, 2)}\n`)
}

/** All records, or null where one is missing. Throws `chain.deployment_mismatch` when they do not fit this chain or code. */
export function readDeployment(folder: string, chainId: number): Deployment | null {
  const found = DEPLOYED.map((name) => [name, readRecord(folder, name)] as const)
  for (const [, record] of found) if (record !== null) checkRecord(record, chainId, folder)
  if (found.some(([, record]) => record === null)) return null
  // Every name has its record by now.
  return { chainId, contracts: Object.fromEntries(found) as Deployment['contracts'] }
}

function checkRecord(record: ContractRecord, chainId: number, folder: string): void {
  const { contract } = record
  if (record.chainId !== chainId) throw otherChain(folder, record.chainId, chainId)
  if (!(contract in contractInterfaces)) return
  if (record.abiHash === abiHash(contractInterfaces[contract as ContractName])) return
  const message = `${folder} holds a ${contract} of another version than this program's. Run the version that deployed it, or deploy anew into an empty folder.`
  throw new AppError('chain.deployment_mismatch', message, { contract, folder, abiHash: record.abiHash })
}

export function otherChain(folder: string, recorded: number, chainId: number): AppError {
  const message = `${folder} holds a deployment to chain ${recorded}, but the endpoint serves chain ${chainId}. Point CHAIN_RPC_URL at chain ${recorded}, or use another folder.`
  return new AppError('chain.deployment_mismatch', message, { folder, recorded, chainId })
}

/** Which contracts of a deployment have no code, or other code than recorded, at their address. */
export async function missingCode(
  rpc: Rpc,
  deployment: Deployment,
  hash: (code: Hex) => Hex,
): Promise<DeployedName[]> {
  const records = DEPLOYED.map((name) => deployment.contracts[name])
  const codes = await Promise.all(
    records.map((record) => rpc.call<Hex>('eth_getCode', [record.address, 'latest'])),
  )
  return records
    .filter((record, i) => hash(codes[i] ?? '0x') !== record.codeHash)
    .map((record) => record.contract)
}

export function lost(folder: string, what: string): AppError {
  const message = `The chain does not have what ${folder} says was deployed (${what}), and it cannot be replayed. Point CHAIN_RPC_URL at the chain of this folder, put the chain's data back, or deploy anew into an empty folder.`
  return new AppError('chain.deployment_mismatch', message, { folder, missing: what })
}

export function notDeployed(folder: string, chainId: number): AppError {
  const missing = DEPLOYED.filter((name) => readRecord(folder, name) === null).join(', ')
  const message = `Not all contracts are written down in ${folder} for chain ${chainId}: ${missing} missing. Set CHAIN_DEPLOYER_KEY, or put the deployment's files there.`
  return new AppError('chain.not_deployed', message, { folder, chainId, missing })
}
