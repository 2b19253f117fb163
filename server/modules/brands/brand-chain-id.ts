import { type Hex, hexOf } from '../../kernel/bytes.ts'
import { keccak256 } from '../../kernel/digest.ts'

/** What a brand is called on chain: keccak256 of its domain. */
export function brandChainId(brandId: string): Hex {
  return hexOf(keccak256(Buffer.from(brandId)))
}
