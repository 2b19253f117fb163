import { Decimal128 } from 'bson'
import { rawOf } from '../bson/codec.ts'
import { CommandFailure } from '../failure.ts'
import { keyOf } from '../storage/key.ts'

export type Fields = { readonly [name: string]: unknown }
/** Variables in reach: ROOT, CURRENT, NOW and what $let, $map and their like bind. */
export type Scope = { readonly [name: string]: unknown }
export type Expression = (scope: Scope) => unknown

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

export function isTruthy(value: unknown): boolean {
  if (value === false || value === null || value === undefined) return false
  if (value instanceof Decimal128) return order(value, 0) !== 0
  return typeof value !== 'number' || value !== 0
}

/** Order of two values of any type, as in indexes; what is missing comes before everything. */
export function order(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  return Math.sign(keyOf(rawOf(a)).compare(keyOf(rawOf(b))))
}

export function checkedName(name: string): string {
  if (name !== '' && name !== '__proto__' && !name.startsWith('$')) return name
  throw new CommandFailure('BadValue', `'${name}' is not a field name that an expression may use`)
}
