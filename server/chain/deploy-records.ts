import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hex } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'
import { writePrivateFile } from '../kernel/files.ts'
import { contractInterfaces } from './contracts.ts'
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
  const found = DEPLOYED.map((name) => readRecord(folder, name))
  for (const record of found) if (record !== null) checkRecord(record, chainId, folder)
  const [AccessManager, BrandRegistry, ItemRegistry] = found
  if (!AccessManager || !BrandRegistry || !ItemRegistry) return null
  return { chainId, contracts: { AccessManager, BrandRegistry, ItemRegistry } }
}

function checkRecord(record: ContractRecord, chainId: number, folder: string): void {
  const { contract } = record
  if (record.chainId !== chainId) throw otherChain(folder, record.chainId, chainId)
  if (contract === 'AccessManager' || record.abiHash === abiHash(contractInterfaces[contract])) return
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
