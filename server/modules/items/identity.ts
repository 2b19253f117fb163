import { hash } from 'node:crypto'
import secp256k1 from 'secp256k1'
import { keccak256 } from '../../kernel/digest.ts'
import { canonicalDigitalLink } from '../../kernel/gs1.ts'
import { base32 } from '../../kernel/ids.ts'

/** Random bytes in every item id, so that no list of guessed serials can be tried against the chain's ids. */
export const SALT_BYTES = 16
/** Secret of a batch, from which its claim codes follow. */
export const BATCH_SECRET_BYTES = 32

const CODE_BYTES = 10
const CODE_LABEL = Buffer.from('claim-code', 'ascii')
const KEY_LABEL = Buffer.from('cachet:claim-key:v1', 'ascii')

/** The 32-byte id of an item: keccak256(salt ‖ canonical GS1 Digital Link in UTF-8). */
export function itemIdOf(salt: Uint8Array, key: { gtin: string; serial: string }): Buffer {
  return keccak256(Buffer.concat([salt, Buffer.from(canonicalDigitalLink(key), 'utf8')]))
}

/** The code under the scratch panel: 80 bits of HMAC-SHA256(batch secret, label ‖ leaf index) as 16 characters. */
export function claimCode(batchSecret: Uint8Array, index: number): string {
  return claimCoder(batchSecret)(index)
}

/**
 * The claim codes of a batch, for many of them. HMAC (RFC 2104) from one-shot hashes over pads that are prepared once:
 * node:crypto's HMAC objects cost several times as much for an input this short.
 */
export function claimCoder(batchSecret: Uint8Array): (index: number) => string {
  const inner = Buffer.concat([padded(batchSecret, 0x36), CODE_LABEL, Buffer.alloc(PLACE_BYTES)])
  const outer = Buffer.concat([padded(batchSecret, 0x5c), Buffer.alloc(DIGEST_BYTES)])
  return (index) => {
    inner.writeUInt32BE(index, inner.length - PLACE_BYTES)
    outer.set(hash('sha256', inner, 'buffer'), BLOCK_BYTES)
    return base32(hash('sha256', outer, 'buffer').subarray(0, CODE_BYTES))
  }
}

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const PLACE_BYTES = 4

function padded(key: Uint8Array, byte: number): Buffer {
  return Buffer.alloc(BLOCK_BYTES, byte).map((value, i) => value ^ (key[i] ?? 0)) as Buffer
}

/** The secp256k1 key that whoever knows the hidden code holds; bound to the item, so that equal codes would not matter. */
export function claimPrivateKey(itemId: Uint8Array, code: string): Buffer {
  const seed = Buffer.concat([KEY_LABEL, itemId, Buffer.from(code, 'ascii')])
  let key = keccak256(seed)
  for (let counter = 1; !secp256k1.privateKeyVerify(key); counter++)
    key = keccak256(Buffer.concat([seed, Buffer.of(counter)]))
  return key
}

/** The Ethereum address of the claim key: 20 bytes, the last of the keccak256 of its public point. */
export function claimAddress(privateKey: Uint8Array): Buffer {
  return keccak256(secp256k1.publicKeyCreate(privateKey, false).subarray(1)).subarray(12)
}
