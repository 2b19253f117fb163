import type { Connection } from 'mongoose'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import { ownedItemModel } from './owned-item.model.ts'
import type { OwnedItemStore } from './ports.ts'

export function ownedItemStore(db: Connection): OwnedItemStore {
  const model = ownedItemModel(db)
  return {
    async put(tokenId, { gtin, serial }) {
      await model.updateOne({ _id: tokenId }, { $set: { gtin, serial } }, { upsert: true })
    },
    async find(tokenId) {
      const found = await model.findById(tokenId).lean()
      return found && { gtin: found.gtin as Gtin, serial: found.serial as Serial } // parsed before they were stored
    },
  }
}
