import { bytesOf, type Hex, hexOf } from '../../kernel/bytes.ts'
import { keccak256 } from '../../kernel/digest.ts'
import type { OwnershipChain } from './ports.ts'
import type { SignedAct, TypedData } from './types.ts'

type Field = { readonly name: string; readonly type: string }
type Place = Pick<ReturnType<OwnershipChain['place']>, 'chainId' | 'contract'>

const field = (type: string, name: string): Field => ({ name, type })
const TOKEN = field('uint256', 'tokenId')
const SPAN = [field('uint40', 'nonce'), field('uint48', 'deadline')]

/** What is signed for each act: the EIP-712 types of `IItemOwnership`, which a test compares with the contract's. */
const TYPES: Readonly<Record<SignedAct, { readonly name: string; readonly fields: readonly Field[] }>> = {
  claim: { name: 'Claim', fields: [TOKEN, field('bytes', 'owner'), field('uint48', 'deadline')] },
  recover: { name: 'Recover', fields: [TOKEN, field('bytes', 'newOwner'), ...SPAN] },
  transfer: { name: 'Transfer', fields: [TOKEN, field('bytes', 'to'), ...SPAN] },
  report_stolen: { name: 'ReportStolen', fields: [TOKEN, ...SPAN] },
  report_recovered: { name: 'ReportRecovered', fields: [TOKEN, ...SPAN] },
  cancel_recovery: { name: 'CancelRecovery', fields: [TOKEN, ...SPAN] },
  permit: {
    name: 'ListingPermit',
    fields: [
      TOKEN,
      field('bytes32', 'marketplace'),
      field('bytes32', 'listing'),
      field('uint40', 'nonce'),
      field('uint48', 'expiry'),
    ],
  },
}

/** The message of an act, for the contract at that place. `values` has each field but the token. */
export function actMessage(
  act: SignedAct,
  place: Place,
  { tokenId, ...values }: { readonly tokenId: Hex } & Readonly<Record<string, string>>,
): TypedData {
  const { name, fields } = TYPES[act]
  const all: Readonly<Record<string, string>> = { tokenId: BigInt(tokenId).toString(), ...values }
  return {
    domain: domainOf('Cachet ItemOwnership', place),
    primaryType: name,
    types: { [name]: fields },
    message: Object.fromEntries(fields.map((one) => [one.name, all[one.name] ?? missing(name, one.name)])),
  }
}

export function domainOf(name: string, { chainId, contract }: Place): TypedData['domain'] {
  return { name, version: '1', chainId, verifyingContract: contract }
}

/** `tokenIdOf` of the contract: keccak256(abi.encode(brandId, itemId)). */
export function tokenIdOf(brandChainId: Hex, itemId: Hex): Hex {
  return hexOf(keccak256(Buffer.concat([bytesOf(brandChainId), bytesOf(itemId)])))
}

function missing(message: string, name: string): never {
  throw new TypeError(`${message} has a field ${name} that was not given`)
}
