import { type Connection, trusted } from 'mongoose'
import { isDuplicateKey } from '../db/connection.ts'
import type { Hex } from '../kernel/bytes.ts'
import { chainFinalityModel } from './finality.model.ts'

/** A block that was final. */
export type FinalBlock = { readonly chainId: number; readonly number: number; readonly hash: Hex }

export type FinalityStore = {
  newest(): Promise<FinalBlock | null>
  /** Keeps the block unless a newer one is kept. */
  keep(block: FinalBlock): Promise<void>
  /** Forgets it: what the chain says from now on is believed. */
  forget(): Promise<void>
}

const KEY = 'newest'

export function finalityStore(db: Connection): FinalityStore {
  const model = chainFinalityModel(db)
  return {
    async newest() {
      const found = await model.findById(KEY).lean()
      // The cast is what this store wrote.
      return found && { chainId: found.chainId, number: found.number, hash: found.hash as Hex }
    },
    async keep(block) {
      try {
        const older = { _id: KEY, number: trusted({ $lt: block.number }) }
        await model.updateOne(older, { $set: block }, { upsert: true })
      } catch (error) {
        // Another gateway keeps a newer one.
        if (!isDuplicateKey(error)) throw error
      }
    },
    async forget() {
      await model.deleteOne({ _id: KEY })
    },
  }
}
