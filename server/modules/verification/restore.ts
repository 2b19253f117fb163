import type { Gtin, Serial } from '../../kernel/gs1.ts'
import type { ItemReader } from '../items/index.ts'
import { proofOf } from './answer.ts'
import type { StoredVerdict } from './ports.ts'
import type { Verdict } from './types.ts'

type ReceiptClaims = Omit<Verdict, 'receipt' | 'proof' | 'certificate'>

/** The verdict that a stored receipt signs, with the item's certificate and proof, which do not change, put back. */
export async function restoreVerdict(stored: StoredVerdict, items: ItemReader): Promise<Verdict> {
  const { id, verdict, assurance, item, brand, ownership, findings, chain, advice, checkedAt } = claimsOf(
    stored.receipt,
  )
  const parts = { proof: null, certificate: null, ...(await registeredParts(stored, items)) }
  return {
    id,
    verdict,
    assurance,
    item,
    brand,
    ownership,
    findings,
    chain,
    advice,
    checkedAt,
    receipt: stored.receipt,
    ...parts,
  }
}

async function registeredParts(
  { registered, item }: StoredVerdict,
  items: ItemReader,
): Promise<Partial<Verdict>> {
  if (!registered || item === null) return {}
  const record = await items.find({ gtin: item.gtin as Gtin, serial: item.serial as Serial }) // parsed before they were stored
  if (record === null) return {}
  const proof = await items.proof(record)
  return { certificate: record.certificate, proof: proof && proofOf(record, proof) }
}

/** Our own receipt, as signed and stored by us. */
function claimsOf(receipt: string): ReceiptClaims {
  const payload = receipt.split('.')[1] ?? ''
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as ReceiptClaims
}
