import { chainModels } from '../chain/index.ts'
import type { Db, Preparable } from '../db/connection.ts'
import { idempotencyModel } from '../http/idempotency.model.ts'
import { accountModel } from '../keys/account.model.ts'
import { gatewayKeyModel } from '../keys/gateway-key.model.ts'
import { brandModel } from '../modules/brands/brand.model.ts'
import { caseModel } from '../modules/enforcement/case.model.ts'
import { batchModel } from '../modules/items/batch.model.ts'
import { batchChunkModel } from '../modules/items/batch-chunk.model.ts'
import { itemModel } from '../modules/items/item.model.ts'
import { merklePageModel } from '../modules/items/merkle-page.model.ts'
import { modelPriceModel } from '../modules/items/model-price.model.ts'
import { actModel } from '../modules/ownership/act.model.ts'
import { challengeModel } from '../modules/ownership/challenge.model.ts'
import { gasBudgetModel } from '../modules/ownership/gas-budget.model.ts'
import { ownedItemModel } from '../modules/ownership/owned-item.model.ts'
import { permitModel } from '../modules/ownership/permit.model.ts'
import { feedCursorModel, listingModel } from '../modules/screening/listing.model.ts'
import { scanModel } from '../modules/verification/scan.model.ts'
import { tagKeySetModel, tagModel } from '../modules/verification/tags/tag.model.ts'
import { verdictModel } from '../modules/verification/verdict.model.ts'
import { deliveryModel, endpointModel } from '../webhooks/webhook.model.ts'

const MODELS = [
  accountModel,
  actModel,
  batchChunkModel,
  batchModel,
  brandModel,
  caseModel,
  challengeModel,
  deliveryModel,
  endpointModel,
  feedCursorModel,
  gasBudgetModel,
  gatewayKeyModel,
  idempotencyModel,
  itemModel,
  listingModel,
  merklePageModel,
  modelPriceModel,
  ownedItemModel,
  permitModel,
  scanModel,
  tagKeySetModel,
  tagModel,
  verdictModel,
] as const

/** Every collection of the service, so that all indexes are there before the first request. */
export function allModels(db: Db['connection']): readonly Preparable[] {
  // Only collections and indexes are asked of them, so what their documents look like does not matter.
  return [
    ...MODELS.map((model) => model(db)),
    ...chainModels(db),
  ] as readonly object[] as readonly Preparable[]
}
