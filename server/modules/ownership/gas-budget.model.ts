import { type Connection, type Model, Schema } from 'mongoose'

export type GasBudgetDocument = {
  /** Day and account. */
  _id: string
  used: number
  at: Date
}

/** A day's account is of no use after the next day. */
const KEPT_SECONDS = 2 * 24 * 60 * 60

const schema = new Schema<GasBudgetDocument>(
  {
    _id: { type: String, required: true },
    used: { type: Number, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw', collection: 'gas_budgets' },
)
/** Forgets accounts of days gone by. */
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS })

export const gasBudgetModel = (db: Connection): Model<GasBudgetDocument> =>
  db.model<GasBudgetDocument>('GasBudget', schema)
