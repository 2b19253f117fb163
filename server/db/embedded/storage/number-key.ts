import { Decimal128 } from 'bson'
import { unsupported } from '../failure.ts'
import type { KeyWriter } from './key-writer.ts'

/**
 * A number is written as the double nearest to it and then what is left over, again as a double: nothing for doubles and
 * 32-bit integers, one step for large 64-bit integers, up to two steps for decimals (34 digits fit three doubles). So
 * all numeric types share one order, as they do in MongoDB.
 */
const LESS = 0x40
const EXACT = 0x80
const MORE = 0xc0
const STEPS_MAX = 3
const SAFE_HIGH = 0x1f_ffff

export function writeNumber(out: KeyWriter, value: number): void {
  out.double(value)
  out.byte(EXACT)
}

export function writeInt64(out: KeyWriter, bytes: Buffer, start: number): void {
  const high = bytes.readInt32LE(start + 4)
  if (high <= SAFE_HIGH && high >= -SAFE_HIGH)
    return writeNumber(out, high * 0x1_0000_0000 + bytes.readUInt32LE(start))
  const value = bytes.readBigInt64LE(start)
  const near = Number(value)
  writeRest(out, near, Number(value - BigInt(near)))
  out.byte(EXACT)
}

function writeRest(out: KeyWriter, near: number, rest: number): void {
  out.double(near)
  if (rest === 0) return
  out.byte(rest < 0 ? LESS : MORE)
  out.double(rest)
}

export function writeDecimal(out: KeyWriter, bytes: Buffer): void {
  const text = new Decimal128(Uint8Array.from(bytes)).toString()
  const near = Number(text)
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:E([+-]?\d+))?$/.exec(text)
  if (!match) return writeNumber(out, text === 'Infinity' || text === '-Infinity' ? near : Number.NaN)
  const fraction = match[3] ?? ''
  const digits = BigInt(`${match[2]}${fraction}`) * (match[1] === '-' ? -1n : 1n)
  if (digits === 0n) return writeNumber(out, 0)
  if (!Number.isFinite(near) || near === 0)
    throw unsupported(`The decimal ${text}, beyond the range of doubles,`)
  writeRatio(out, digits, Number(match[4] ?? 0) - fraction.length)
}

function writeRatio(out: KeyWriter, digits: bigint, exponent: number): void {
  let above = exponent > 0 ? digits * 10n ** BigInt(exponent) : digits
  let below = exponent < 0 ? 10n ** BigInt(-exponent) : 1n
  for (let step = 0; step < STEPS_MAX && above !== 0n; step++) {
    if (step > 0) out.byte(above < 0n ? LESS : MORE)
    const near = quotient(above, below)
    out.double(near)
    const [mantissa, power] = exactParts(near)
    if (power >= 0) above -= (mantissa << BigInt(power)) * below
    else {
      above = (above << BigInt(-power)) - mantissa * below
      below <<= BigInt(-power)
    }
  }
  out.byte(EXACT)
}

/** above / below to about 64 bits, then rounded to a double: never out of order. */
function quotient(above: bigint, below: bigint): number {
  const bits = (n: bigint): number => (n < 0n ? -n : n).toString(2).length
  const shift = 64 - (bits(above) - bits(below))
  const scaled = shift >= 0 ? (above << BigInt(shift)) / below : above / (below << BigInt(-shift))
  return scaleByPowerOfTwo(Number(scaled), -shift)
}

function scaleByPowerOfTwo(value: number, power: number): number {
  const half = Math.trunc(power / 2)
  return value * 2 ** half * 2 ** (power - half)
}

/** A finite double as integer × 2^power. */
function exactParts(value: number): [bigint, number] {
  let power = 0
  let mantissa = value
  while (!Number.isInteger(mantissa) || Math.abs(mantissa) > Number.MAX_SAFE_INTEGER) {
    const up = !Number.isInteger(mantissa)
    mantissa = up ? mantissa * 2 : mantissa / 2
    power += up ? -1 : 1
  }
  return [BigInt(mantissa), power]
}
