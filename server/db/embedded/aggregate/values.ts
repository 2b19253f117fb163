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
  return (
    value !== false &&
    value !== null &&
    value !== undefined &&
    !(typeof value !== 'string' && Number(value) === 0 && typeof value !== 'object')
  )
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
