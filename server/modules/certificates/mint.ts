import { hash, type KeyObject } from 'node:crypto'
import { hexOf } from '../../kernel/bytes.ts'
import { isoTime } from '../../kernel/clock.ts'
import {
  claimAddress,
  claimCoder,
  claimPrivateKey,
  itemIdOf,
  leafHashOf,
  type MintedItem,
  type MintOrder,
  SALT_BYTES,
} from '../items/index.ts'
import { signLowS } from './signature.ts'
import { statusListLength, statusListShuffle } from './status-index.ts'
import { certificateTemplate, encodedHeader } from './template.ts'

/** An order and what the mint adds to it, as handed to a worker thread. */
export type MintJob = MintOrder & {
  readonly publicUrl: string
  readonly kid: string
  readonly privateKey: KeyObject
}

/**
 * Makes the certificates of a run of a batch's items. Everything but the signatures follows from the order, so a run that
 * is minted again after a crash has the same leaves.
 */
export function mintItems(job: MintJob): { items: MintedItem[]; leaves: Uint8Array } {
  const { brand, batch, publicUrl, kid, privateKey } = job
  const render = certificateTemplate({
    brand,
    batchId: batch.id,
    publicUrl,
    kid,
    validFrom: isoTime(batch.createdAtMs),
  })
  const header = encodedHeader(kid)
  const place = statusListShuffle(batch.statusKey, statusListLength(batch.total))
  const codeOf = claimCoder(batch.secret)
  const leaves = Buffer.alloc(job.rows.length * 32)
  const items = job.rows.map((facts, i) => {
    const index = job.firstIndex + i
    const salt = Buffer.from(job.salts.buffer, job.salts.byteOffset + i * SALT_BYTES, SALT_BYTES)
    const itemId = itemIdOf(salt, facts)
    const certificateId = uuidOf(itemId)
    const payload = render({
      facts,
      certificateId,
      itemSalt: salt.toString('base64url'),
      statusListIndex: place(index),
    })
    const input = Buffer.from(`${header}.${Buffer.from(payload).toString('base64url')}`, 'latin1')
    const claimKey = claimAddress(claimPrivateKey(itemId, codeOf(index)))
    leaves.set(leafHashOf(index, itemId, hash('sha256', input, 'buffer'), claimKey), i * 32)
    const certificate = `${input.toString('latin1')}.${signLowS(input, privateKey).toString('base64url')}`
    return { facts, index, itemId: hexOf(itemId), claimKey: hexOf(claimKey), certificateId, certificate }
  })
  return { items, leaves }
}

/** A version 8 UUID (RFC 9562 section 5.8) of the first 16 bytes of the item id, as a URN. */
function uuidOf(itemId: Buffer): string {
  const bytes = Buffer.from(itemId.subarray(0, 16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
