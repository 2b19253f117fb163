import { bytesOf, type Hex, hexOf } from '../../kernel/bytes.ts'
import { keccak256 } from '../../kernel/digest.ts'
import { AppError } from '../../kernel/errors.ts'
import type { OwnershipChain } from './ports.ts'
import type { Owner, OwnerInput } from './types.ts'

type Verifiers = Pick<ReturnType<OwnershipChain['place']>, 'webAuthnVerifier' | 'p256Verifier'>

/** ERC-7913: 20 bytes are an address; 84 are a verifier's 20 and a P-256 key's x and y. */
const ADDRESS_CHARACTERS = 2 + 2 * 20
const KEY_CHARACTERS = 2 + 2 * 84
const NOBODY: Hex = `0x${'0'.repeat(40)}`

/** The owner that was named; throws `ownership.owner_rejected` for one that could never own anything. */
export function ownerOf(input: OwnerInput, verifiers: Verifiers): Owner {
  if ('address' in input) return ofAddress(input.address)
  if ('passkey' in input) {
    const { x, y } = input.passkey
    return ofKey('passkey', `${verifiers.webAuthnVerifier}${x.slice(2)}${y.slice(2)}`)
  }
  const { signer } = input
  if (signer.length === ADDRESS_CHARACTERS) return ofAddress(signer)
  if (signer.length === KEY_CHARACTERS && signer.startsWith(verifiers.webAuthnVerifier))
    return ofKey('passkey', signer)
  if (signer.length === KEY_CHARACTERS && signer.startsWith(verifiers.p256Verifier))
    return ofKey('key', signer)
  throw rejected(signer)
}

function ofAddress(address: Hex): Owner {
  if (address === NOBODY) throw rejected(address)
  return { kind: 'address', signer: address, account: address }
}

/** `OwnerKey.addressOf` of the contracts: the last 20 bytes of the signer's Keccak-256. */
function ofKey(kind: 'passkey' | 'key', signer: Hex): Owner {
  return { kind, signer, account: hexOf(keccak256(bytesOf(signer)).subarray(12)) }
}

function rejected(signer: Hex): AppError {
  return new AppError(
    'ownership.owner_rejected',
    'this is neither an address nor a key that can own an item',
    {
      signer,
    },
  )
}
