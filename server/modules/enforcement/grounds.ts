import type { Signal } from '../screening/index.ts'
import type { StatementCategory, StatementOfReasons } from './statement.ts'
import type { GroundId } from './types.ts'

/** Why a listing may be restricted, with what the statement of reasons says of it. */
export type Ground = {
  readonly category: StatementCategory
  readonly keyword: readonly string[]
  /** Legal ground of illegal content, or the clause of the terms that content is incompatible with. */
  readonly illegal: boolean
  readonly clause: string
  readonly explanation: string
  /** How the platform came to know. */
  readonly source: StatementOfReasons['source_type']
}

const TRADE_MARK_LAW =
  'Regulation (EU) 2017/1001, article 9(2) and (3): use of an EU trade mark without the owner’s consent'
const TERMS =
  'Terms for branded goods: an item offered with a certificate must be registered, current and offered once'

export const GROUNDS: Readonly<Record<GroundId, Ground>> = {
  counterfeit_offer: {
    category: 'STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS',
    keyword: ['KEYWORD_TRADEMARK_INFRINGEMENT'],
    illegal: true,
    clause: TRADE_MARK_LAW,
    explanation:
      'The words of the listing offer copies of branded goods, or hide a brand’s name from search while offering goods under it.',
    source: 'SOURCE_VOLUNTARY',
  },
  item_revoked: {
    category: 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC',
    keyword: ['KEYWORD_INAUTHENTIC_LISTINGS'],
    illegal: false,
    clause: TERMS,
    explanation:
      'The brand revoked the certificate of the item that the listing offers, so that the certificate proves nothing any more.',
    source: 'SOURCE_TYPE_OTHER_NOTIFICATION',
  },
  item_recalled: {
    category: 'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS',
    keyword: ['KEYWORD_UNSAFE_PRODUCTS'],
    illegal: false,
    clause: 'Terms for branded goods: recalled items may not be offered',
    explanation: 'The brand recalled the item that the listing offers.',
    source: 'SOURCE_TYPE_OTHER_NOTIFICATION',
  },
  item_stolen: {
    category: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
    keyword: ['KEYWORD_INAUTHENTIC_LISTINGS'],
    illegal: false,
    clause: 'Terms for branded goods: items reported stolen may not be offered',
    explanation: 'The item that the listing offers is reported stolen by its owner or brand.',
    source: 'SOURCE_TYPE_OTHER_NOTIFICATION',
  },
  item_cloned: {
    category: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
    keyword: ['KEYWORD_INAUTHENTIC_LISTINGS'],
    illegal: false,
    clause: TERMS,
    explanation: 'The label of the item that the listing offers is in use on more than one object.',
    source: 'SOURCE_VOLUNTARY',
  },
  certificate_forged: {
    category: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
    keyword: ['KEYWORD_INAUTHENTIC_LISTINGS'],
    illegal: false,
    clause: TERMS,
    explanation: 'The certificate shown with the listing was not issued by the brand that it names.',
    source: 'SOURCE_VOLUNTARY',
  },
  item_never_registered: {
    category: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
    keyword: ['KEYWORD_INAUTHENTIC_LISTINGS'],
    illegal: false,
    clause: TERMS,
    explanation:
      'The item number shown with the listing lies in a brand’s number range, and the brand never registered it.',
    source: 'SOURCE_VOLUNTARY',
  },
}

const GROUND_BY_SIGNAL: readonly (readonly [string, GroundId])[] = [
  ['item_revoked', 'item_revoked'],
  ['item_recalled', 'item_recalled'],
  ['item_reported_stolen', 'item_stolen'],
  ['item_suspected_clone', 'item_cloned'],
  ['certificate_forged', 'certificate_forged'],
  ['item_not_registered', 'item_never_registered'],
]

/** The ground that the signals of a refusal amount to: what the item's record contradicts first, else the listing's words. */
export function groundOf(signals: readonly Pick<Signal, 'kind'>[]): GroundId {
  const kinds = new Set(signals.map((signal) => signal.kind))
  return GROUND_BY_SIGNAL.find(([kind]) => kinds.has(kind))?.[1] ?? 'counterfeit_offer'
}
