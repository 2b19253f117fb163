import { getCreateAddress } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { type DeployedName, readArtifact } from './deploy-artifacts.ts'
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
] as const

export type StepsOptions = {
  readonly deployer: Hex
  readonly relayer: Hex | null
  readonly artifactsDir: string
}

/** All steps in order. Who gets the operator's role is part of a step's name, so a new relayer is a new step. */
export function deploymentSteps(options: StepsOptions): Step[] {
  const { deployer, relayer } = options
  const operators = relayer === null || relayer === deployer ? [deployer] : [deployer, relayer]
  return [
    deployStep('AccessManager', options, () => [deployer]),
    deployStep('BrandRegistry', options, (addresses) => [addresses.AccessManager]),
    deployStep('ItemRegistry', options, (addresses) => [addresses.BrandRegistry]),
    operatorFunctions(options),
    ...operators.map((account) => grantOperator(account, options)),
  ]
}

/** What the constructor of each contract is given, for the record. */
export function constructorArgs(
  contract: DeployedName,
  addresses: Addresses,
  deployer: Hex,
): readonly string[] {
  if (contract === 'AccessManager') return [deployer]
  return [contract === 'BrandRegistry' ? addresses.AccessManager : addresses.BrandRegistry]
}

/** Where a signed deployment puts its contract. */
export function createdAddress({ from, nonce }: Pick<JournalEntry, 'from' | 'nonce'>): Hex {
  return toHex(getCreateAddress({ from, nonce }), 20)
}

function deployStep(
  name: DeployedName,
  { artifactsDir }: StepsOptions,
  args: (addresses: Addresses) => Hex[],
): Step {
  return {
    id: name,
    deploys: name,
    build(addresses) {
      const { abi, bytecode } = readArtifact(name, artifactsDir)
      return { to: null, data: `${bytecode}${abi.encodeDeploy(args(addresses)).slice(2)}` }
    },
  }
}

function operatorFunctions({ artifactsDir }: StepsOptions): Step {
  return {
    id: 'operator-functions',
    deploys: null,
    build({ AccessManager, BrandRegistry }) {
      const registry = readArtifact('BrandRegistry', artifactsDir).abi
      const selectors = OPERATOR_FUNCTIONS.map((name) => registry.getFunction(name)?.selector)
      const manager = readArtifact('AccessManager', artifactsDir).abi
      const data = manager.encodeFunctionData('setTargetFunctionRole', [
        BrandRegistry,
        selectors,
        OPERATOR_ROLE,
      ])
      return { to: AccessManager, data: toHex(data) }
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
