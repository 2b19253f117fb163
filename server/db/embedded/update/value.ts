import { Decimal128, Double, Int32, Long } from 'bson'
import { rawOf } from '../bson/codec.ts'
import { CommandFailure, unsupported } from '../failure.ts'
import { keyOf } from '../storage/key.ts'

/** Documents in the middle of an update are decoded exactly: numbers are Int32, Double, Long or Decimal128. */
export type Holder = { [name: string]: unknown }

export function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

export function compareValues(a: unknown, b: unknown): number {
  return keyOf(rawOf(a)).compare(keyOf(rawOf(b)))
}

export function equalValues(a: unknown, b: unknown): boolean {
  return compareValues(a, b) === 0
}

type Arithmetic = 'add' | 'multiply'

/** Sum or product in MongoDB's types: the wider of the two; 32-bit results that overflow become 64-bit ones. */
export function compute(kind: Arithmetic, a: unknown, b: unknown): unknown {
  if (a instanceof Decimal128 || b instanceof Decimal128) throw unsupported('Arithmetic with decimals')
  if (a instanceof Double || b instanceof Double) {
    const [x, y] = [Number(a), Number(b)]
    return new Double(kind === 'add' ? x + y : x * y)
  }
  const [x, y] = [BigInt(String(a)), BigInt(String(b))]
  const result = kind === 'add' ? x + y : x * y
  if (BigInt.asIntN(64, result) !== result)
    throw new CommandFailure('BadValue', 'the result of the arithmetic does not fit 64 bits')
  const wide = a instanceof Long || b instanceof Long || BigInt.asIntN(32, result) !== result
  return wide ? Long.fromBigInt(result) : new Int32(Number(result))
}

export function isNumeric(value: unknown): boolean {
  return (
    value instanceof Int32 || value instanceof Double || value instanceof Long || value instanceof Decimal128
  )
}

/** A whole number given as an operand, or null. */
export function wholeOf(value: unknown): number | null {
  if (!isNumeric(value)) return null
  const number = Number(String(value))
  return Number.isSafeInteger(number) ? number : null
}

/** An array's elements in the order of a `$sort` operand: by value, or by fields of the elements. */
export function ordered(values: unknown[], keyOfElement: (value: unknown) => Buffer): unknown[] {
  return values
    .map((value) => ({ value, key: keyOfElement(value) }))
    .sort((a, b) => a.key.compare(b.key))
    .map((one) => one.value)
}
