import { type ParamType, ZeroAddress, ZeroHash } from 'ethers'

/** Arguments that name nothing: reads answer for the unknown too. */
export function nothing(type: ParamType): unknown {
  if (type.isArray()) return []
  if (type.isTuple()) return type.components.map(nothing)
  if (type.baseType === 'address') return ZeroAddress
  if (type.baseType === 'bool') return false
  if (type.baseType === 'string') return ''
  if (type.baseType === 'bytes') return '0x'
  return type.baseType.startsWith('bytes') ? ZeroHash.slice(0, 2 + 2 * Number(type.baseType.slice(5))) : 0n
}

/** The reads of ERC-721 that refuse the unknown, as that standard says: asked about the first item or its owner. */
export const OF_KNOWN: Readonly<Record<string, 'tokenId' | 'owner'>> = {
  ownerOf: 'tokenId',
  getApproved: 'tokenId',
  tokenURI: 'tokenId',
  balanceOf: 'owner',
}
