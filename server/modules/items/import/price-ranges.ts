import type { ModelPrice } from '../ports.ts'
import type { RowFacts } from '../row.ts'
import { MODELS_MAX } from './limits.ts'

/** The retail price range of each model and currency in a file; models beyond the bound are left out. */
export class PriceRanges {
  readonly #ranges = new Map<string, ModelPrice>()

  add({
    model,
    category,
    currency,
    retailPrice,
  }: Pick<RowFacts, 'model' | 'category' | 'currency' | 'retailPrice'>): void {
    if (currency === null || retailPrice === null) return
    const key = `${currency} ${model}`
    const known = this.#ranges.get(key)
    if (known === undefined && this.#ranges.size >= MODELS_MAX) return
    const one = { model, category, currency, lowest: retailPrice, highest: retailPrice }
    this.#ranges.set(key, known === undefined ? one : widen(known, one))
  }

  list(): ModelPrice[] {
    return [...this.#ranges.values()]
  }
}

/** The range that covers both. */
export function widen(a: ModelPrice, b: ModelPrice): ModelPrice {
  return {
    ...a,
    category: a.category ?? b.category,
    lowest: Number(b.lowest) < Number(a.lowest) ? b.lowest : a.lowest,
    highest: Number(b.highest) > Number(a.highest) ? b.highest : a.highest,
  }
}
