import { stringify } from 'csv-stringify/sync'
import { AppError } from '../../kernel/errors.ts'
import { digitalLinkPath } from '../../kernel/gs1.ts'
import type { ItemsDeps } from './deps.ts'
import { claimCoder } from './identity.ts'
import type { StoredBatch } from './ports.ts'
import { secretPurpose } from './submission.ts'
import type { ItemRecord } from './types.ts'

const ITEMS_A_READ = 500

/** What a label says of an item; the claim code is null once the codes were handed out. */
export type LabelFacts = {
  readonly gtin: string
  readonly serial: string
  readonly url: string
  readonly model: string
  readonly brandName: string
  readonly claimCode: string | null
}

export type BatchExports = {
  /** One JSON object a line: `{gtin,serial,url,certificate}`. */
  itemLines(batch: StoredBatch): AsyncGenerator<string>
  /** The claim codes as CSV, once: when the last line was taken, the secret behind them is erased. */
  claimCodes(batch: StoredBatch): AsyncGenerator<string>
  labels(batch: StoredBatch): AsyncGenerator<LabelFacts>
}

/** Streams of a batch's items, read a few hundred at a time as they are taken. */
export function createBatchExports(
  deps: Pick<ItemsDeps, 'items' | 'batches' | 'brands' | 'secrets' | 'publicUrl'>,
): BatchExports {
  const urlOf = (item: ItemRecord) => `${deps.publicUrl}${digitalLinkPath(item)}`
  const secretOf = ({ id, sealedSecret }: StoredBatch) =>
    sealedSecret && deps.secrets.open(secretPurpose(id), sealedSecret)
  async function* pages(batch: StoredBatch): AsyncGenerator<ItemRecord[]> {
    for (let from = 0; from < batch.total; ) {
      const items = await deps.items.ofBatch(batch.id, { from, limit: ITEMS_A_READ })
      if (items.length === 0) return
      yield items
      from = (items.at(-1)?.index ?? batch.total) + 1
    }
  }
  return {
    async *itemLines(batch) {
      requireAnchored(batch)
      for await (const items of pages(batch)) {
        yield items.map((item) => `${lineOf(item, urlOf(item))}\n`).join('')
      }
    },
    async *claimCodes(batch) {
      requireAnchored(batch)
      const secret = secretOf(batch)
      if (!secret)
        throw new AppError(
          'batch.claim_codes_gone',
          'the claim codes of this batch were handed out and then erased',
        )
      const codeOf = claimCoder(secret)
      yield csv([['gtin', 'serial', 'url', 'claim_code']])
      for await (const items of pages(batch)) {
        yield csv(items.map((item) => [item.gtin, item.serial, urlOf(item), codeOf(item.index)]))
      }
      await deps.batches.change(batch, { sealedSecret: null })
    },
    async *labels(batch) {
      requireAnchored(batch)
      const secret = secretOf(batch)
      const codeOf = secret && claimCoder(secret)
      const brandName = (await deps.brands.byId(batch.brandId))?.name ?? batch.brandId
      for await (const items of pages(batch)) {
        for (const item of items) {
          const { gtin, serial, model, index } = item
          yield {
            gtin,
            serial,
            model,
            brandName,
            url: urlOf(item),
            claimCode: codeOf?.(index) ?? null,
          }
        }
      }
    },
  }
}

function requireAnchored({ id, status }: StoredBatch): void {
  if (status !== 'anchored')
    throw new AppError(
      'batch.conflict',
      `batch ${id} is ${status}; its items are handed out once it is anchored`,
      { status },
    )
}

function lineOf({ gtin, serial, certificate }: ItemRecord, url: string): string {
  return JSON.stringify({ gtin, serial, url, certificate })
}

/** Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). */
function csv(rows: string[][]): string {
  return stringify(rows, { escape_formulas: true, record_delimiter: 'windows' })
}
