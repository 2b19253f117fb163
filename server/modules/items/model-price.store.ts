import { createHash } from 'node:crypto'
import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import { widen } from './import/price-ranges.ts'
import { type ModelPriceDocument, modelPriceModel } from './model-price.model.ts'
import type { ModelPrice, PriceStore } from './ports.ts'

/** Tries when another batch of the same models writes at the same moment. */
const TRIES_MAX = 5

export function modelPriceStore(db: Connection): PriceStore {
  const model = modelPriceModel(db)
  const widenOne = async (brandId: string, price: ModelPrice): Promise<boolean> => {
    const _id = idOf(brandId, price)
    const found = await model.findById(_id).lean()
    if (!found) return insertOne(brandId, price)
    const { lowest, highest } = widen(priceOf(found), price)
    if (lowest === found.lowest && highest === found.highest) return true
    const done = await model.updateOne(
      { _id, version: found.version },
      { $set: { lowest, highest }, $inc: { version: 1 } },
    )
    return done.matchedCount === 1
  }
  const insertOne = async (brandId: string, { category, ...price }: ModelPrice): Promise<boolean> => {
    try {
      await model.create({
        _id: idOf(brandId, price),
        brandId,
        ...price,
        ...(category === null ? {} : { category }),
        version: 1,
      })
      return true
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }
  return {
    async widen(brandId, prices) {
      for (const price of prices) {
        let tries = 1
        while (!(await widenOne(brandId, price))) {
          tries += 1
          if (tries > TRIES_MAX)
            throw new Error(
              `the price range of ${price.model} was changed by others ${TRIES_MAX} times in a row`,
            )
        }
      }
    },
    async ofBrand(brandId, limit) {
      return (await model.find({ brandId }).sort({ _id: 1 }).limit(limit).lean()).map(priceOf)
    },
  }
}

function idOf(brandId: string, { model, currency }: Pick<ModelPrice, 'model' | 'currency'>): string {
  return createHash('sha256')
    .update(JSON.stringify([brandId, currency, model]))
    .digest('base64url')
}

function priceOf({ model, category, currency, lowest, highest }: ModelPriceDocument): ModelPrice {
  return { model, category: category ?? null, currency, lowest, highest }
}
