import type { Connection } from 'mongoose'
import type { ScanStore, StoredScan, StoredVerdict } from './ports.ts'
import { type ScanDocument, scanModel } from './scan.model.ts'
import type { VerdictKind } from './types.ts'
import { type VerdictDocument, verdictModel } from './verdict.model.ts'

/**
 * Keeps verdicts, and scans beside them. The two are written at once and do not depend on each other: the verdict stays,
 * the scan is forgotten. Bulk writes go to the driver directly, since the documents are made here and need no casting.
 */
export function scanStore(db: Connection): ScanStore {
  const verdicts = verdictModel(db)
  const rawVerdicts = db.collection<VerdictDocument>(verdicts.collection.name)
  const rawScans = db.collection<ScanDocument>(scanModel(db).collection.name)
  return {
    async insert(entries) {
      await Promise.all([
        rawVerdicts.insertMany(entries.map((e) => verdictDocument(e.verdict))),
        rawScans.insertMany(entries.map((e) => scanDocument(e.scan))),
      ])
    },
    async find(id) {
      const found = await verdicts.findById(id).lean()
      return found && storedVerdict(found)
    },
  }
}

function verdictDocument({ id, item, receipt, verdict, registered, atMs }: StoredVerdict): VerdictDocument {
  return {
    _id: id,
    receipt,
    verdict,
    gtin: item?.gtin ?? null,
    serial: item?.serial ?? null,
    registered,
    atMs,
  }
}

function scanDocument({
  id,
  item,
  atMs,
  verdict,
  network,
  device,
  place,
  language,
}: StoredScan): ScanDocument {
  const { gtin = null, serial = null } = item ?? {}
  return { _id: id, gtin, serial, verdict, network, device, place, language, at: new Date(atMs) }
}

function storedVerdict({ _id, gtin, serial, verdict, ...rest }: VerdictDocument): StoredVerdict {
  const item = gtin === null || serial === null ? null : { gtin, serial }
  const { receipt, registered, atMs } = rest
  return { id: _id, item, verdict: verdict as VerdictKind, receipt, registered, atMs } // written by us, from this union
}
