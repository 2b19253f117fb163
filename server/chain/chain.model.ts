import type { Connection, Model } from 'mongoose'
import { chainFinalityModel } from './finality.model.ts'
import { chainStepModel } from './follower.model.ts'
import { chainLeaseModel, outboxModel } from './outbox.model.ts'

/** Models of the chain part, for whoever makes the collections and indexes at the start. */
export function chainModels(db: Connection): Model<never>[] {
  const models: unknown[] = [outboxModel(db), chainLeaseModel(db), chainStepModel(db), chainFinalityModel(db)]
  // Models of different documents have no common type; only their indexes are of interest here.
  return models as Model<never>[]
}
