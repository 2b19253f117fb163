/**
 * Approximate exchange rates for one question only: is a price absurdly low. Units of the currency for one euro, rounded
 * from the ECB's euro reference rates of the date given; prices in other currencies get the tolerance on top in the
 * seller's favour.
 */
export const REFERENCE_RATES = {
  asOf: '2025-06-30',
  tolerance: 0.3,
  perEuro: {
    EUR: 1,
    USD: 1.17,
    GBP: 0.86,
    CHF: 0.94,
    CNY: 8.4,
    HKD: 9.2,
    JPY: 169,
    KRW: 1590,
    SGD: 1.49,
    TWD: 34,
    AUD: 1.79,
    NZD: 1.94,
    CAD: 1.6,
    SEK: 11.1,
    NOK: 11.8,
    DKK: 7.46,
    PLN: 4.24,
    CZK: 24.7,
    HUF: 400,
    RON: 5.08,
    BGN: 1.96,
    TRY: 46.6,
    RUB: 92,
    UAH: 49,
    ILS: 3.95,
    AED: 4.3,
    SAR: 4.4,
    QAR: 4.27,
    INR: 100,
    IDR: 19000,
    MYR: 4.93,
    THB: 38,
    VND: 30500,
    PHP: 66,
    BRL: 6.4,
    MXN: 22,
    ZAR: 20.8,
  },
} as const

/** An amount in another currency, or null where no rate is known. */
export function convert(amount: number, from: string, to: string): number | null {
  const rates: Readonly<Record<string, number>> = REFERENCE_RATES.perEuro
  const [a, b] = [rates[from], rates[to]]
  return a === undefined || b === undefined ? null : (amount / a) * b
}
