import { z } from 'zod'
import { isoTime } from '../../kernel/clock.ts'
import { digitalLinkPath } from '../../kernel/gs1.ts'
import type { ItemEventState } from './item-events.ts'
import type { StoredBatch } from './ports.ts'
import type { Batch, ItemRecord } from './types.ts'

export const lineErrorJson = z.object({
  line: z.number(),
  field: z.string(),
  code: z.string(),
  message: z.string(),
})

export const batchJson = z.object({
  id: z.string(),
  status: z.enum(['queued', 'signing', 'anchoring', 'anchored', 'failed']),
  total: z.number().meta({ description: 'Items in the batch' }),
  done: z.number().meta({ description: 'Items signed and stored so far' }),
  root: z.string().nullable(),
  transactionHash: z.string().nullable(),
  gasUsed: z.number().nullable(),
  errors: z.array(lineErrorJson),
  createdAt: z.string(),
  anchoredAt: z.string().nullable(),
  claimCodesAvailable: z.boolean().meta({ description: 'True until claim-codes.csv was downloaded' }),
})

export function batchView(batch: Batch & Pick<StoredBatch, 'sealedSecret'>): z.input<typeof batchJson> {
  const { id, status, total, done, root, transactionHash, gasUsed, errors, createdAtMs, anchoredAtMs } = batch
  const times = {
    createdAt: isoTime(createdAtMs),
    anchoredAt: anchoredAtMs === null ? null : isoTime(anchoredAtMs),
  }
  return {
    id,
    status,
    total,
    done,
    root,
    transactionHash,
    gasUsed,
    errors: [...errors],
    ...times,
    claimCodesAvailable: batch.sealedSecret !== null,
  }
}

const factText = z.string().nullable()

export const itemJson = z.object({
  gtin: z.string(),
  serial: z.string(),
  url: z.string(),
  batchId: z.string(),
  index: z.number(),
  model: z.string(),
  category: factText,
  colour: factText,
  materials: factText,
  countryOfProduction: factText,
  productionDate: factText,
  facility: factText,
  currency: factText,
  retailPrice: factText,
  certificateId: z.string(),
  registeredAt: z.string(),
})

export function itemView(item: ItemRecord, publicUrl: string): z.input<typeof itemJson> {
  const { brandId, itemId, claimKey, certificate, registeredAtMs, ...facts } = item
  return { ...facts, url: `${publicUrl}${digitalLinkPath(item)}`, registeredAt: isoTime(registeredAtMs) }
}

export const itemEventJson = z.object({
  gtin: z.string(),
  serial: z.string(),
  status: z.enum(['planned', 'submitted', 'included', 'final', 'failed']),
  transactionHash: z.string().nullable(),
  blockNumber: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})

export function itemEventView({ item, write }: ItemEventState): z.input<typeof itemEventJson> {
  const { status, transactionHash, blockNumber, error } = write
  return { gtin: item.gtin, serial: item.serial, status, transactionHash, blockNumber, error }
}
