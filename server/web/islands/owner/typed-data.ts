import type { Hex } from '../../../kernel/bytes.ts'
import { bytesFrom, hexFrom, joined, keccak, utf8 } from '../../../kernel/portable.ts'

type Field = { readonly name: string; readonly type: string }

/** An EIP-712 message as a service asks to have it signed; integers are decimal text. */
export type TypedMessage = {
  readonly domain: {
    readonly name: string
    readonly version: string
    readonly chainId: number
    readonly verifyingContract: string
  }
  readonly primaryType: string
  readonly types: Readonly<Record<string, readonly Field[]>>
  readonly message: Readonly<Record<string, string>>
}

const WORD_BYTES = 32
const DOMAIN: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
]

/** The EIP-712 digest, computed here, so that what is signed is what was looked at. Throws a TypeError for other types. */
export function typedDigest({ domain, primaryType, types, message }: TypedMessage): Hex {
  const place: Readonly<Record<string, string>> = { ...domain, chainId: String(domain.chainId) }
  const separator = structHash('EIP712Domain', DOMAIN, place)
  const content = structHash(primaryType, types[primaryType] ?? [], message)
  return hexFrom(keccak(joined(Uint8Array.of(0x19, 0x01), separator, content)))
}

function structHash(name: string, fields: readonly Field[], values: TypedMessage['message']): Uint8Array {
  const type = `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`
  const words = fields.map((field) => encoded(field.type, values[field.name] ?? ''))
  return keccak(joined(keccak(utf8(type)), ...words))
}

function encoded(type: string, value: string): Uint8Array {
  if (type === 'string') return keccak(utf8(value))
  if (type === 'bytes') return keccak(bytesFrom(value as Hex))
  if (type === 'bytes32') return bytesFrom(value as Hex)
  if (type === 'address') return bytesFrom(`0x${value.slice(2).padStart(2 * WORD_BYTES, '0')}`)
  if (/^uint\d+$/.test(type))
    return bytesFrom(
      `0x${BigInt(value)
        .toString(16)
        .padStart(2 * WORD_BYTES, '0')}`,
    )
  throw new TypeError(`no message of ours has a ${type}`)
}
