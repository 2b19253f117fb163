import { Interface, type Result } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import type { ChainCall } from '../kernel/chain-facts.ts'
import { AppError, messageOf } from '../kernel/errors.ts'
import { brandRegistryAbi } from './abi/brand-registry.ts'
import { enforcementLedgerAbi } from './abi/enforcement-ledger.ts'
import { escrowVaultAbi } from './abi/escrow-vault.ts'
import { itemOwnershipAbi } from './abi/item-ownership.ts'
import { itemRegistryAbi } from './abi/item-registry.ts'

export type ContractName = ChainCall['contract']

/** What checks P-256 signatures on chain: owners who have a key and no account name one of these. */
export type VerifierName = 'ERC7913P256Verifier' | 'ERC7913WebAuthnVerifier'

/** Where the contracts are on the chain, lower case. */
export type ContractAddresses = Readonly<Record<ContractName | VerifierName, Hex>>

export const contractInterfaces: Readonly<Record<ContractName, Interface>> = {
  BrandRegistry: new Interface(brandRegistryAbi),
  ItemRegistry: new Interface(itemRegistryAbi),
  ItemOwnership: new Interface(itemOwnershipAbi),
  EnforcementLedger: new Interface(enforcementLedgerAbi),
  EscrowVault: new Interface(escrowVaultAbi),
}

/** Calldata of a call by name; throws `chain.bad_call` where the ABI has no such method or the arguments do not fit. */
export function encodeCall(call: ChainCall): Hex {
  try {
    return toHex(contractInterfaces[call.contract].encodeFunctionData(call.method, call.args))
  } catch (cause) {
    const message = `${call.contract}.${call.method}: ${messageOf(cause).slice(0, 300)}`
    throw new AppError('chain.bad_call', message, { contract: call.contract, method: call.method }, { cause })
  }
}

/** Why a contract refused a call, by its ABI. */
export type Refusal = {
  readonly code: string
  readonly message: string
  readonly name: string | null
  readonly args: readonly string[]
  /** The same by the names the ABI gives them. */
  readonly named: Readonly<Record<string, string>>
}

/** Standard errors of Solidity itself: `Error(string)` and `Panic(uint256)`. */
const BUILT_IN = new Interface(['error Error(string message)', 'error Panic(uint256 code)'])

/** Decodes the bytes of a revert; an unknown reason is `chain.reverted`. */
export function explainRevert(contract: ContractName, method: string, data: Hex | null): Refusal {
  const parsed =
    data === null || data.length < 10
      ? null
      : (contractInterfaces[contract].parseError(data) ?? BUILT_IN.parseError(data))
  if (parsed === null) {
    const message = `${contract}.${method} was refused${data === null || data === '0x' ? ' without a reason' : ` (${data.slice(0, 74)})`}`
    return { code: 'chain.reverted', message, name: null, args: [], named: {} }
  }
  const args = argumentTexts(parsed.args)
  const message = `${contract}.${method} was refused: ${parsed.name}(${args.join(', ')})`
  const named = Object.fromEntries(parsed.fragment.inputs.map((input, i) => [input.name, args[i] ?? '']))
  return { code: codeOf(parsed.name), message, name: parsed.name, args, named }
}

/** `ItemRegistryRootAnchored` becomes `chain.item_registry_root_anchored`. */
function codeOf(name: string): string {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
  return name === 'Error' || name === 'Panic' ? 'chain.reverted' : `chain.${snake.toLowerCase()}`
}

function argumentTexts(args: Result): string[] {
  return args.toArray().map((value: unknown) => String(value).slice(0, 200))
}

/**
 * The bytes of a revert inside a JSON-RPC error, wherever the node put them; undefined when the error is no revert at
 * all (then the call was not judged, and may be tried again).
 */
export function revertData(error: unknown): Hex | null | undefined {
  if (!(error instanceof AppError) || error.code !== 'chain.rejected') return undefined
  const { rpcCode, rpcMessage, rpcData } = error.data
  const bytes = typeof rpcData === 'object' && rpcData !== null && 'data' in rpcData ? rpcData.data : rpcData
  if (typeof bytes === 'string' && /^0x(?:[0-9a-fA-F]{2})*$/.test(bytes)) return toHex(bytes)
  return rpcCode === 3 || /revert/i.test(String(rpcMessage)) ? null : undefined
}
