import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Interface, type InterfaceAbi, keccak256, toUtf8Bytes } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'

/** The contracts a deployment consists of, in the order in which they are deployed. */
export const DEPLOYED = [
  'AccessManager',
  'BrandRegistry',
  'ItemRegistry',
  'ERC7913P256Verifier',
  'ERC7913WebAuthnVerifier',
  'ItemOwnership',
  'EnforcementLedger',
  'EscrowVault',
] as const
export type DeployedName = (typeof DEPLOYED)[number]

const VERIFIERS = '@openzeppelin/contracts/utils/cryptography/verifiers'

const FILES: Readonly<Record<DeployedName, string>> = {
  AccessManager: '@openzeppelin/contracts/access/manager/AccessManager.sol/AccessManager.json',
  BrandRegistry: 'contracts/registry/BrandRegistry.sol/BrandRegistry.json',
  ItemRegistry: 'contracts/registry/ItemRegistry.sol/ItemRegistry.json',
  ERC7913P256Verifier: `${VERIFIERS}/ERC7913P256Verifier.sol/ERC7913P256Verifier.json`,
  ERC7913WebAuthnVerifier: `${VERIFIERS}/ERC7913WebAuthnVerifier.sol/ERC7913WebAuthnVerifier.json`,
  ItemOwnership: 'contracts/ownership/ItemOwnership.sol/ItemOwnership.json',
  EnforcementLedger: 'contracts/enforcement/EnforcementLedger.sol/EnforcementLedger.json',
  EscrowVault: 'contracts/escrow/EscrowVault.sol/EscrowVault.json',
}

/** Where `npx hardhat build` leaves what it compiled. */
export const ARTIFACTS_DIR = fileURLToPath(new URL('../../artifacts', import.meta.url))

export type Artifact = { readonly abi: Interface; readonly bytecode: Hex }

/** Where a compiled contract lies under such a folder. */
export function artifactPath(name: DeployedName, folder: string): string {
  return join(folder, FILES[name])
}

/** A compiled contract; throws `chain.not_compiled` where there is none. */
export function readArtifact(name: DeployedName, folder: string): Artifact {
  const path = artifactPath(name, folder)
  if (!existsSync(path)) {
    const message = `${name} is not compiled: ${path} is missing. Run "npx hardhat build".`
    throw new AppError('chain.not_compiled', message, { contract: name, path })
  }
  const { abi, bytecode } = JSON.parse(readFileSync(path, 'utf8')) as { abi: InterfaceAbi; bytecode: string }
  return { abi: new Interface(abi), bytecode: toHex(bytecode) }
}

/** Keccak-256 of the ABI's lines, so that a contract of another shape is noticed before it is called. */
export function abiHash(abi: Interface): Hex {
  return toHex(keccak256(toUtf8Bytes(abi.format().join('\n'))), 32)
}
