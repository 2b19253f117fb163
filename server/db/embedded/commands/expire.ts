import { encode } from '../bson/codec.ts'
import { documentOf } from '../bson/raw.ts'
import { compileFilter } from '../query/filter.ts'
import { find } from '../query/scan.ts'
import type { Catalog } from '../storage/catalog.ts'
import type { Session } from '../storage/database.ts'
import type { Table } from '../storage/table.ts'

/** Removals of one round and index, so that housekeeping never holds up others for long. */
const ROUND_MAX = 2_000

type Given = {
  readonly catalog: Catalog
  readonly table: Table
  readonly session: Session
  readonly nowMs: number
}

/** Removes documents whose time has come by a TTL index. */
export function expireDocuments({ catalog, table, session, nowMs }: Given): void {
  for (const collection of catalog.all()) {
    for (const { spec } of collection.indexes) {
      const field = spec.fields[0]
      if (spec.expireAfterSeconds === null || !field) continue
      const due = new Date(nowMs - spec.expireAfterSeconds * 1000)
      const filter = compileFilter(documentOf(encode({ [field.name]: { $lte: due } })))
      const query = { collection, filter, sort: [], skip: 0, limit: ROUND_MAX, checkTime: () => {} }
      for (const found of [...find(() => session, query)]) table.remove(collection, found.row, found.document)
    }
  }
}
