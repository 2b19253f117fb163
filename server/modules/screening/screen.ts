import type { Brand } from '../brands/index.ts'
import { decide } from './decide.ts'
import { originSignals } from './origin.ts'
import { type PermitFacts, permitSignals } from './permit.ts'
import { type ModelWords, modelsIn, modelWords, priceSignal, type RetailPrice } from './price.ts'
import { mismatchSignal, type ProvenanceFacts, provenanceSignals } from './provenance.ts'
import { type BrandIndex, brandIndex } from './text/brand-names.ts'
import { readText, type TextReading } from './text-signals.ts'
import type { ListingContent, Screening, Signal } from './types.ts'

/** What screening knows of all brands at one time. */
export type Knowledge = {
  readonly index: BrandIndex
  readonly models: ReadonlyMap<string, readonly ModelWords[]>
}

export function knowledgeOf(
  brands: readonly { brand: Pick<Brand, 'id' | 'name' | 'trademarks'>; prices: readonly RetailPrice[] }[],
): Knowledge {
  return {
    index: brandIndex(
      brands.map(({ brand }) => ({ brandId: brand.id, name: brand.name, trademarks: brand.trademarks })),
    ),
    models: new Map(brands.map(({ brand, prices }) => [brand.id, modelWords(prices)])),
  }
}

/** The whole judgement, pure: a listing, what is known of brands, and the item's record where one was named. */
export function screen(
  content: ListingContent,
  knowledge: Knowledge,
  provenance: ProvenanceFacts | null,
  permit: PermitFacts | null = null,
): Screening & { brandIds: readonly string[] } {
  const reading = readText(content, knowledge.index)
  const itemBrand = provenance?.assessment.brand?.id
  const brandIds = [...new Set([...reading.brandIds, ...(itemBrand ? [itemBrand] : [])])]
  const signals = [
    ...reading.signals,
    ...(provenance ? provenanceSignals(provenance) : []),
    ...offerSignals(content, { reading, brandIds, knowledge, provenance }),
    ...permitSignals(permit, provenance?.assessment ?? null),
  ]
  return { ...decide(signals), brandIds }
}

type Context = {
  readonly reading: TextReading
  readonly brandIds: readonly string[]
  readonly knowledge: Knowledge
  readonly provenance: ProvenanceFacts | null
}

/** Price, origin and model are asked only of a brand's own goods: not of what fits them or is in their manner. */
function offerSignals(
  content: ListingContent,
  { reading, brandIds, knowledge, provenance }: Context,
): Signal[] {
  const brandId = provenance?.assessment.brand?.id ?? brandIds[0]
  const offersGoods = reading.role === null ? provenance !== null : reading.role.kind === 'goods'
  if (brandId === undefined || !offersGoods) return []
  const all = knowledge.models.get(brandId) ?? []
  const named = modelsNamed(reading, all)
  const verified = provenance?.assessment.verdict === 'verified'
  const proven = all.filter((m) => m.model === provenance?.assessment.item?.model)
  const candidates = proven.length > 0 ? proven : named
  const price = content.price && priceSignal(content.price, candidates, all)
  const mismatch =
    provenance && mismatchSignal(provenance.assessment, { brandIds: reading.brandIds, models: named })
  const countryOfProduction = provenance?.assessment.item?.['countryOfProduction'] ?? null
  return [
    ...originSignals(content.origin, { countryOfProduction, verified }),
    ...(price ? [price] : []),
    ...(mismatch ? [mismatch] : []),
  ]
}

function modelsNamed(reading: TextReading, models: readonly ModelWords[]): ModelWords[] {
  const inTitle = modelsIn(reading.title.tokens, models)
  return inTitle.length > 0 ? inTitle : modelsIn(reading.description.tokens, models)
}
