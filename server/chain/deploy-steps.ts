import { getCreateAddress } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { DEPLOYED, type DeployedName, readArtifact } from './deploy-artifacts.ts'
import type { JournalEntry } from './deploy-journal.ts'

/** A transaction of a deployment, before it is signed. */
export type Unsigned = { readonly to: Hex | null; readonly data: Hex }

/** One step: what it deploys, if anything, and how its transaction follows from the addresses known by then. */
export type Step = {
  readonly id: string
  readonly deploys: DeployedName | null
  build(addresses: Addresses): Unsigned
}

export type Addresses = Readonly<Record<DeployedName, Hex>>

/** `Roles.OPERATOR` of the contracts. */
export const OPERATOR_ROLE = 1n

/** Functions of `BrandRegistry` that only the operator may call. */
export const OPERATOR_FUNCTIONS = [
  'registerBrand',
  'suspendBrand',
  'reinstateBrand',
  'assignPrefix',
  'releasePrefix',
  'transferPrefix',
] as const

/** Functions of `EnforcementLedger` that only the operator may call. */
export const LEDGER_OPERATOR_FUNCTIONS = [
  'registerMarketplace',
  'suspendMarketplace',
  'reinstateMarketplace',
] as const

export type StepsOptions = {
  readonly deployer: Hex
  readonly relayer: Hex | null
  /** What `tokenURI` of an item's token begins with. */
  readonly tokenBaseUri: string
  readonly artifactsDir: string
}

/** All steps in order. Who gets the operator's role is part of a step's name, so a new relayer is a new step. */
export function deploymentSteps(options: StepsOptions): Step[] {
  const { deployer, relayer } = options
  const operators = relayer === null || relayer === deployer ? [deployer] : [deployer, relayer]
  return [
    ...DEPLOYED.map((name) => deployStep(name, options)),
    operatorFunctions('operator-functions', 'BrandRegistry', { functions: OPERATOR_FUNCTIONS, ...options }),
    operatorFunctions('ledger-operator-functions', 'EnforcementLedger', {
      functions: LEDGER_OPERATOR_FUNCTIONS,
      ...options,
    }),
    ...operators.map((account) => grantOperator(account, options)),
  ]
}

/** What the constructor of each contract is given. */
export function constructorArgs(
  contract: DeployedName,
  addresses: Addresses,
  { deployer, tokenBaseUri }: Pick<StepsOptions, 'deployer' | 'tokenBaseUri'>,
): readonly string[] {
  switch (contract) {
    case 'AccessManager':
      return [deployer]
    case 'BrandRegistry':
    case 'EnforcementLedger':
      return [addresses.AccessManager]
    case 'ItemRegistry':
      return [addresses.BrandRegistry]
    case 'ERC7913P256Verifier':
    case 'ERC7913WebAuthnVerifier':
      return []
    case 'ItemOwnership':
      return [
        addresses.ItemRegistry,
        addresses.ERC7913P256Verifier,
        addresses.ERC7913WebAuthnVerifier,
        tokenBaseUri,
      ]
    case 'EscrowVault':
      return [addresses.EnforcementLedger]
    default:
      return contract satisfies never
  }
}

/** Where a signed deployment puts its contract. */
export function createdAddress({ from, nonce }: Pick<JournalEntry, 'from' | 'nonce'>): Hex {
  return toHex(getCreateAddress({ from, nonce }), 20)
}

function deployStep(name: DeployedName, options: StepsOptions): Step {
  return {
    id: name,
    deploys: name,
    build(addresses) {
      const { abi, bytecode } = readArtifact(name, options.artifactsDir)
      const args = constructorArgs(name, addresses, options)
      return { to: null, data: `${bytecode}${abi.encodeDeploy(args).slice(2)}` }
    },
  }
}

type RoleOptions = StepsOptions & { readonly functions: readonly string[] }

function operatorFunctions(
  id: string,
  target: 'BrandRegistry' | 'EnforcementLedger',
  { functions, artifactsDir }: RoleOptions,
): Step {
  return {
    id,
    deploys: null,
    build(addresses) {
      const { abi } = readArtifact(target, artifactsDir)
      const selectors = functions.map((name) => abi.getFunction(name)?.selector)
      const manager = readArtifact('AccessManager', artifactsDir).abi
      const args = [addresses[target], selectors, OPERATOR_ROLE]
      const data = manager.encodeFunctionData('setTargetFunctionRole', args)
      return { to: addresses.AccessManager, data: toHex(data) }
    },
  }
}

function grantOperator(account: Hex, { artifactsDir }: StepsOptions): Step {
  return {
    id: `operator:${account}`,
    deploys: null,
    build({ AccessManager }) {
      const manager = readArtifact('AccessManager', artifactsDir).abi
      const data = manager.encodeFunctionData('grantRole', [OPERATOR_ROLE, account, 0])
      return { to: AccessManager, data: toHex(data) }
    },
  }
}
