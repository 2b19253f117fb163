import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import type { Hex } from '../../kernel/bytes.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import { type ActDocument, actModel } from './act.model.ts'
import type { ActStore, StoredAct } from './ports.ts'
import type { ActKind } from './types.ts'

export function actStore(db: Connection): ActStore {
  const model = actModel(db)
  return {
    async insert({ id, item, ...act }) {
      try {
        await model.create({ _id: id, ...item, ...act })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
    },
    async find(id) {
      const found = await model.findById(id).lean()
      return found && storedAct(found)
    },
    async itemOf(tokenId) {
      const found = await model.findOne({ tokenId }).lean()
      return found && storedAct(found).item
    },
  }
}

/** Written by this store from the domain's own types. */
function storedAct({ _id, kind, gtin, serial, tokenId, to, createdAtMs }: ActDocument): StoredAct {
  return {
    id: _id,
    kind: kind as ActKind,
    item: { gtin: gtin as Gtin, serial: serial as Serial },
    tokenId: tokenId as Hex,
    to: to as Hex | null,
    createdAtMs,
  }
}
