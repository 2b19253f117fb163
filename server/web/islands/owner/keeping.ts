import type { Hex } from '../../../kernel/bytes.ts'
import { bytesFrom, fromBase64url, hexFrom, joined, keccak } from '../../../kernel/portable.ts'
import type { Passkey } from './passkey.ts'

/** What this browser remembers: which passkey is whose, and which items it owns. Neither is a secret. */
export type Kept = { readonly passkey: Passkey | null; readonly items: readonly KeptItem[] }
export type KeptItem = { readonly gtin: string; readonly serial: string; readonly name: string }

const NAME = 'cachet-owner'
const NOTHING: Kept = { passkey: null, items: [] }

export function kept(): Kept {
  try {
    return { ...NOTHING, ...(JSON.parse(localStorage.getItem(NAME) ?? '{}') as Partial<Kept>) }
  } catch {
    // Storage that is withheld or was written by something else holds nothing of ours.
    return NOTHING
  }
}

export function keepPasskey(passkey: Passkey): void {
  keep({ ...kept(), passkey })
}

export function keepItem(item: KeptItem): void {
  keep({ ...kept(), items: [...kept().items.filter((one) => !isSame(one, item)), item] })
}

export function dropItem(item: Pick<KeptItem, 'gtin' | 'serial'>): void {
  keep({ ...kept(), items: kept().items.filter((one) => !isSame(one, item)) })
}

function keep(what: Kept): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(what))
  } catch {
    // Nothing is lost that matters: the passkey itself is kept by the phone, the items by the chain.
  }
}

function isSame(a: Pick<KeptItem, 'gtin' | 'serial'>, b: Pick<KeptItem, 'gtin' | 'serial'>): boolean {
  return a.gtin === b.gtin && a.serial === b.serial
}

/** A passkey as the API names an owner. */
export function ownerOf(point: string): { passkey: { x: Hex; y: Hex } } {
  const bytes = fromBase64url(point)
  if (bytes?.length !== 64) throw new TypeError('this is no public key')
  return { passkey: { x: hexFrom(bytes.subarray(0, 32)), y: hexFrom(bytes.subarray(32)) } }
}

/** What the contract is told of a passkey (ERC-7913), and the account it has there. */
export function signerOf(point: string, verifier: string): { signer: Hex; account: Hex } {
  const bytes = joined(bytesFrom(verifier.toLowerCase() as Hex), fromBase64url(point) ?? new Uint8Array())
  return { signer: hexFrom(bytes), account: hexFrom(keccak(bytes).subarray(12)) }
}
