import { WEIGHTS } from './policy.ts'
import { foldPhrase } from './text/fold.ts'
import type { ListingOrigin, Signal } from './types.ts'

/** Channels through which a brand's goods never reach a marketplace: brands do not sell from the factory gate. */
const FACTORY = [
  'factory',
  'manufacturer',
  'usine',
  'fabrik',
  'fábrica',
  'fabbrica',
  'production line',
  '工厂',
  '厂家',
  '工場',
  '공장',
  'фабрика',
  'завод',
].map(foldPhrase)

/** Signals from the seller's disclosure of origin, for goods of a brand. */
export function originSignals(
  origin: ListingOrigin | null,
  known: { countryOfProduction: string | null; verified: boolean },
): Signal[] {
  const country = origin?.country.trim() ?? ''
  const channel = origin?.channel.trim() ?? ''
  const missing = [country === '' ? 'country' : '', channel === '' ? 'channel' : ''].filter(
    (name) => name !== '',
  )
  if (missing.length > 0 && !known.verified) {
    const detail = `The seller does not say where the goods come from (${missing.join(' and ')}).`
    return [{ kind: 'origin_missing', weight: WEIGHTS.originMissing, detail, evidence: { missing } }]
  }
  const signals: Signal[] = []
  if (FACTORY.some((word) => foldPhrase(channel).includes(word))) {
    const detail = 'The goods are said to come straight from a factory.'
    signals.push({ kind: 'origin_factory', weight: WEIGHTS.originFactory, detail, evidence: { channel } })
  }
  const made = known.countryOfProduction
  if (
    known.verified &&
    made !== null &&
    /^[A-Za-z]{2}$/.test(country) &&
    saysMade(channel) &&
    country.toUpperCase() !== made
  ) {
    const detail = `The certificate says that the item was made in ${made}.`
    signals.push({
      kind: 'origin_mismatch',
      weight: WEIGHTS.originMismatch,
      detail,
      evidence: { disclosed: country.toUpperCase(), certificate: made },
    })
  }
  return signals
}

/** Only a channel of production says where goods were made; a first owner's country is where they were bought. */
function saysMade(channel: string): boolean {
  return /production|made|manufactur|fabri/.test(foldPhrase(channel))
}
