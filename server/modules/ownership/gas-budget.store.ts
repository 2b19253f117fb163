import { type Connection, trusted } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import { gasBudgetModel } from './gas-budget.model.ts'
import type { GasBudgets } from './ports.ts'

/** Each account of a day is one document, changed on condition that the limit holds afterwards. */
export function gasBudgetStore(db: Connection): GasBudgets {
  const model = gasBudgetModel(db)
  return {
    async take(account, day, { amount, limit }) {
      const _id = `${day} ${account}`
      if (amount > limit) return false
      try {
        await model.updateOne({ _id }, { $setOnInsert: { used: 0, at: new Date(day) } }, { upsert: true })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      const room = { _id, used: trusted({ $lte: limit - amount }) }
      return (await model.updateOne(room, { $inc: { used: amount } })).matchedCount === 1
    },
    async giveBack(account, day, amount) {
      await model.updateOne({ _id: `${day} ${account}` }, { $inc: { used: -amount } })
    },
  }
}
