import { PRICE, WEIGHTS } from './policy.ts'
import { convert, REFERENCE_RATES } from './reference-rates.ts'
import { fold, foldPhrase } from './text/fold.ts'
import { PRODUCT_NOUNS } from './text/roles.ts'
import { squash, type Token, tokensOf } from './text/tokens.ts'
import type { ListingPrice, Signal } from './types.ts'

/** Retail prices of one model in one currency, as `ItemReader.retailPrices` gives them. */
export type RetailPrice = {
  readonly model: string
  readonly currency: string
  readonly lowest: string
  readonly highest: string
}

/** A model of a brand with the words that set it apart from the brand's other models. */
export type ModelWords = {
  readonly model: string
  readonly words: readonly string[]
  readonly prices: readonly RetailPrice[]
}

const COMMON_WORDS = new Set(PRODUCT_NOUNS.map((noun) => squash(foldPhrase(noun))))

export function modelWords(prices: readonly RetailPrice[]): ModelWords[] {
  const byModel = new Map<string, RetailPrice[]>()
  for (const price of prices) byModel.set(price.model, [...(byModel.get(price.model) ?? []), price])
  return [...byModel].map(([model, own]) => ({
    model,
    words: [...new Set(tokensOf(fold(model)).map((t) => t.word))],
    prices: own,
  }))
}

/** The models that fit a text best: those with the most of their own words in it, kinds of goods and numbers counting less. */
export function modelsIn(tokens: readonly Token[], models: readonly ModelWords[]): ModelWords[] {
  const words = new Set(tokens.map((token) => token.word))
  const scored = models
    .map((model) => ({ model, score: likeness(model, words) }))
    .filter(({ score }) => score >= 1)
  const best = Math.max(0, ...scored.map(({ score }) => score))
  return scored.filter(({ score }) => score === best).map(({ model }) => model)
}

function likeness(model: ModelWords, words: ReadonlySet<string>): number {
  let distinct = 0
  let common = 0
  for (const word of model.words) {
    if (!words.has(word)) continue
    if (COMMON_WORDS.has(word) || word.length < 3 || /^\d+$/.test(word)) common += 1
    else distinct += 1
  }
  return distinct === 0 ? 0 : distinct + common / 10
}

/** A signal where the price is far below what the brand asks for the model; none where they cannot be compared. */
export function priceSignal(
  price: ListingPrice,
  candidates: readonly ModelWords[],
  all: readonly ModelWords[],
): Signal | null {
  const named = candidates.length > 0
  const range = rangeIn(price.currency, named ? candidates : all)
  if (range === null) return null
  const part = price.amount / range.lowest
  const usual = Math.sqrt(range.lowest * range.highest)
  const weight = named
    ? weightFor(part, price.amount / usual)
    : part < PRICE.belowAny
      ? WEIGHTS.priceBelow
      : 0
  if (weight === 0) return null
  const against = named
    ? `the least retail price of ${candidates.map((c) => c.model).join(', ')}`
    : 'the brand’s least retail price'
  const detail = `The price is ${Math.round(part * 100)} % of ${against}.`
  return {
    kind: 'price_too_low',
    weight,
    detail,
    evidence: { price, retail: range, ...(range.converted ? { ratesAsOf: REFERENCE_RATES.asOf } : {}) },
  }
}

function weightFor(partOfLeast: number, partOfUsual: number): number {
  if (partOfLeast < PRICE.farBelowLeast) return WEIGHTS.priceFarBelow
  if (partOfLeast < PRICE.belowLeast && partOfUsual < PRICE.belowUsual) return WEIGHTS.priceBelow
  return partOfLeast < PRICE.lowLeast ? WEIGHTS.priceLow : 0
}

type Range = {
  readonly currency: string
  readonly lowest: number
  readonly highest: number
  readonly converted: boolean
}

/** Least and highest retail price in a currency; converted, with the tolerance taken off, only where none is in it. */
function rangeIn(currency: string, models: readonly ModelWords[]): Range | null {
  const prices = models.flatMap((model) => model.prices)
  const own = prices.filter((price) => price.currency === currency)
  const converted = own.length === 0
  const inCurrency = (text: string, from: string) => {
    const amount = convert(Number(text), from, currency)
    return amount === null ? Number.NaN : amount * (1 - REFERENCE_RATES.tolerance)
  }
  const read = (text: string, from: string) => (converted ? inCurrency(text, from) : Number(text))
  const lows = (converted ? prices : own).map((p) => read(p.lowest, p.currency)).filter((n) => n > 0)
  const highs = (converted ? prices : own).map((p) => read(p.highest, p.currency)).filter((n) => n > 0)
  if (lows.length === 0 || highs.length === 0) return null
  return { currency, lowest: round(Math.min(...lows)), highest: round(Math.max(...highs)), converted }
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100
}
