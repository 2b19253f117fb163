import type { Hex } from '../../kernel/bytes.ts'
import type { OwnershipFact } from '../../kernel/chain-facts.ts'
import { unixSeconds } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { ItemKey } from '../../kernel/gs1.ts'
import type { Brand } from '../brands/index.ts'
import { readCertificate } from '../certificates/index.ts'
import type { ItemRecord, Leaf } from '../items/index.ts'
import { tokenIdOf } from './messages.ts'
import type { OwnershipDeps } from './ports.ts'

/** A registered item and its token. */
export type Subject = { readonly record: ItemRecord; readonly brand: Brand; readonly tokenId: Hex }

/** The leaf an item is claimed with. */
export type Origin = { readonly root: Hex; readonly leaf: Leaf; readonly siblings: readonly Hex[] }

/** Throws `ownership.item_not_found`. */
export async function subjectOf(
  { items, brands }: Pick<OwnershipDeps, 'items' | 'brands'>,
  key: ItemKey,
): Promise<Subject> {
  const record = await items.find(key)
  const brand = record && (await brands.byId(record.brandId))
  if (!record || !brand)
    throw new AppError('ownership.item_not_found', `no item ${key.gtin} ${key.serial} is registered here`, {
      gtin: key.gtin,
      serial: key.serial,
    })
  return { record, brand, tokenId: tokenIdOf(brand.chainId, record.itemId) }
}

/** Throws `ownership.not_ready` while the item has no root, `ownership.leaf_rejected` where its record is damaged. */
export async function originOf(
  { items }: Pick<OwnershipDeps, 'items'>,
  { record }: Subject,
): Promise<Origin> {
  const proof = await items.proof(record)
  if (proof === null)
    throw new AppError(
      'ownership.not_ready',
      'the item’s registration is not on the chain yet; try again soon',
    )
  const reading = readCertificate(record.certificate)
  if (!reading.ok) throw new AppError('ownership.leaf_rejected', 'the stored certificate cannot be read')
  const { index, itemId, claimKey } = record
  const leaf = { index, itemId, certificateDigest: reading.certificate.digest, claimKey }
  return { root: proof.root, leaf, siblings: proof.siblings }
}

/** The state of an item's token, and the time: the chain's where it is ahead of ours, since the contract goes by that. */
export async function presently(
  { chain, clock }: Pick<OwnershipDeps, 'chain' | 'clock'>,
  { tokenId }: Pick<Subject, 'tokenId'>,
): Promise<{ readonly state: OwnershipFact; readonly nowUnix: number }> {
  const { at, states } = await chain.states([tokenId])
  const nowUnix = Math.max(unixSeconds(clock.nowMs()), at.timeUnix)
  return { state: states[0] ?? { claimed: false }, nowUnix }
}
