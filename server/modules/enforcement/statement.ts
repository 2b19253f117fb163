/**
 * A statement of reasons (DSA article 17) in the shape of the EU transparency database's API (version of July 2025,
 * `POST /api/v1/statement`): its field names, enumerations and lengths.
 */
export type StatementOfReasons = {
  readonly decision_visibility?: readonly DecisionVisibility[]
  readonly decision_visibility_other?: string
  readonly decision_ground: 'DECISION_GROUND_ILLEGAL_CONTENT' | 'DECISION_GROUND_INCOMPATIBLE_CONTENT'
  readonly illegal_content_legal_ground?: string
  readonly illegal_content_explanation?: string
  readonly incompatible_content_ground?: string
  readonly incompatible_content_explanation?: string
  readonly incompatible_content_illegal?: 'Yes' | 'No'
  readonly content_type: readonly ['CONTENT_TYPE_PRODUCT']
  readonly category: StatementCategory
  readonly category_specification?: readonly string[]
  readonly content_date: string
  readonly application_date: string
  readonly end_date_visibility_restriction?: string
  readonly decision_facts: string
  readonly source_type:
    | 'SOURCE_ARTICLE_16'
    | 'SOURCE_TRUSTED_FLAGGER'
    | 'SOURCE_TYPE_OTHER_NOTIFICATION'
    | 'SOURCE_VOLUNTARY'
  readonly source_identity?: string
  readonly automated_detection: 'Yes' | 'No'
  readonly automated_decision:
    | 'AUTOMATED_DECISION_FULLY'
    | 'AUTOMATED_DECISION_PARTIALLY'
    | 'AUTOMATED_DECISION_NOT_AUTOMATED'
  readonly content_id?: { readonly 'EAN-13': string }
  readonly puid: string
}

export const DECISION_VISIBILITIES = [
  'DECISION_VISIBILITY_CONTENT_REMOVED',
  'DECISION_VISIBILITY_CONTENT_DISABLED',
  'DECISION_VISIBILITY_CONTENT_DEMOTED',
  'DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED',
  'DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED',
  'DECISION_VISIBILITY_CONTENT_LABELLED',
  'DECISION_VISIBILITY_OTHER',
] as const
export type DecisionVisibility = (typeof DECISION_VISIBILITIES)[number]

/** The categories used here, of the database's list. */
export const STATEMENT_CATEGORIES = [
  'STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS',
  'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS',
  'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
  'STATEMENT_CATEGORY_OTHER_VIOLATION_TC',
] as const
export type StatementCategory = (typeof STATEMENT_CATEGORIES)[number]

export const CATEGORY_SPECIFICATIONS = [
  'KEYWORD_TRADEMARK_INFRINGEMENT',
  'KEYWORD_DESIGN_INFRINGEMENT',
  'KEYWORD_COPYRIGHT_INFRINGEMENT',
  'KEYWORD_GEOGRAPHIC_INDICATIONS_INFRINGEMENT',
  'KEYWORD_INSUFFICIENT_INFORMATION_ON_TRADERS',
  'KEYWORD_INAUTHENTIC_LISTINGS',
  'KEYWORD_UNSAFE_PRODUCTS',
  'KEYWORD_PROHIBITED_PRODUCTS',
] as const

const SOURCE_TYPES = [
  'SOURCE_ARTICLE_16',
  'SOURCE_TRUSTED_FLAGGER',
  'SOURCE_TYPE_OTHER_NOTIFICATION',
  'SOURCE_VOLUNTARY',
]
const AUTOMATED_DECISIONS = [
  'AUTOMATED_DECISION_FULLY',
  'AUTOMATED_DECISION_PARTIALLY',
  'AUTOMATED_DECISION_NOT_AUTOMATED',
]
const MONETARY = ['DECISION_MONETARY_SUSPENSION', 'DECISION_MONETARY_TERMINATION', 'DECISION_MONETARY_OTHER']
const PROVISION = [
  'DECISION_PROVISION_PARTIAL_SUSPENSION',
  'DECISION_PROVISION_TOTAL_SUSPENSION',
  'DECISION_PROVISION_PARTIAL_TERMINATION',
  'DECISION_PROVISION_TOTAL_TERMINATION',
]
const ACCOUNT = ['DECISION_ACCOUNT_SUSPENDED', 'DECISION_ACCOUNT_TERMINATED']

/** A statement that has not been checked: what a file, a request or a bug may hold. */
export type StatementDraft = Readonly<Record<string, unknown>>

type Rule = (draft: StatementDraft) => string | null

/** Everything wrong with a statement by the database's own rules; empty when it would be taken. */
export function statementFaults(draft: StatementDraft): string[] {
  return RULES.map((rule) => rule(draft)).filter((fault): fault is string => fault !== null)
}

const text =
  (field: string, max: number): Rule =>
  (d) =>
    typeof d[field] === 'string' && d[field].length > 0 && d[field].length <= max
      ? null
      : `${field}: must be 1 to ${max} characters`

const oneOf =
  (field: string, values: readonly string[]): Rule =>
  (d) =>
    values.includes(String(d[field])) ? null : `${field}: must be one of ${values.join(', ')}`

const optional =
  (field: string, rule: Rule): Rule =>
  (d) =>
    d[field] === undefined || d[field] === null ? null : rule(d)

const listOf =
  (field: string, values: readonly string[]): Rule =>
  (d) => {
    const list = d[field]
    return Array.isArray(list) && list.length > 0 && list.every((v) => values.includes(String(v)))
      ? null
      : `${field}: must be a list of ${values.join(', ')}`
  }

const date =
  (field: string): Rule =>
  (d) => {
    const value = String(d[field])
    const real =
      /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true
    return real && value > '2000-01-01' ? null : `${field}: must be a date, YYYY-MM-DD`
  }

const when =
  (ground: string, rule: Rule): Rule =>
  (d) =>
    d['decision_ground'] === ground ? rule(d) : null

const onlyWhen =
  (field: string, ground: string): Rule =>
  (d) =>
    d['decision_ground'] !== ground && d[field] !== undefined ? `${field}: is for ${ground} only` : null

const ILLEGAL = 'DECISION_GROUND_ILLEGAL_CONTENT'
const INCOMPATIBLE = 'DECISION_GROUND_INCOMPATIBLE_CONTENT'

const RULES: readonly Rule[] = [
  (d) =>
    ['decision_visibility', 'decision_monetary', 'decision_provision', 'decision_account'].some(
      (f) => d[f] !== undefined && d[f] !== null,
    )
      ? null
      : 'decision_visibility: at least one decision is required',
  optional('decision_visibility', listOf('decision_visibility', DECISION_VISIBILITIES)),
  (d) =>
    Array.isArray(d['decision_visibility']) && d['decision_visibility'].includes('DECISION_VISIBILITY_OTHER')
      ? text('decision_visibility_other', 500)(d)
      : null,
  optional('decision_monetary', oneOf('decision_monetary', MONETARY)),
  optional('decision_provision', oneOf('decision_provision', PROVISION)),
  optional('decision_account', oneOf('decision_account', ACCOUNT)),
  oneOf('decision_ground', [ILLEGAL, INCOMPATIBLE]),
  when(ILLEGAL, text('illegal_content_legal_ground', 500)),
  when(ILLEGAL, text('illegal_content_explanation', 2000)),
  when(INCOMPATIBLE, text('incompatible_content_ground', 500)),
  when(INCOMPATIBLE, text('incompatible_content_explanation', 2000)),
  when(
    INCOMPATIBLE,
    optional('incompatible_content_illegal', oneOf('incompatible_content_illegal', ['Yes', 'No'])),
  ),
  onlyWhen('illegal_content_legal_ground', ILLEGAL),
  onlyWhen('incompatible_content_ground', INCOMPATIBLE),
  listOf('content_type', ['CONTENT_TYPE_PRODUCT']),
  oneOf('category', STATEMENT_CATEGORIES),
  optional('category_specification', listOf('category_specification', CATEGORY_SPECIFICATIONS)),
  date('content_date'),
  date('application_date'),
  optional('end_date_visibility_restriction', date('end_date_visibility_restriction')),
  text('decision_facts', 5000),
  oneOf('source_type', SOURCE_TYPES),
  optional('source_identity', text('source_identity', 500)),
  (d) =>
    d['source_type'] === 'SOURCE_VOLUNTARY' && d['source_identity'] !== undefined
      ? 'source_identity: is not for own investigations'
      : null,
  oneOf('automated_detection', ['Yes', 'No']),
  oneOf('automated_decision', AUTOMATED_DECISIONS),
  optional('content_id', (d) =>
    /^\d{13}$/.test(String((d['content_id'] as Record<string, unknown>)['EAN-13']))
      ? null
      : 'content_id: EAN-13 must be 13 digits',
  ),
  (d) =>
    /^[a-zA-Z0-9\-_]{1,500}$/.test(String(d['puid']))
      ? null
      : 'puid: must be 1 to 500 letters, digits, - and _',
]
