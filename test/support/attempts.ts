import fc from 'fast-check'
import type { TestChip } from './chips.ts'

/** Printed, so that a failing run can be repeated. */
export const SEED = Number(process.env['SEED'] ?? 1_996_424)
/** The counter of the last message that was accepted of each chip, before the attempts. */
export const LAST = 200

/** One attempt on a chip: which of four chips' links it is brought with, and how the message was got. */
export type Attempt = {
  readonly chip: number
  readonly other: number
  readonly kind: 'replayed' | 'decreased' | 'swapped' | 'flipped' | 'truncated'
  readonly pick: number
  readonly bit: number
}

export function drawAttempts(count: number): Attempt[] {
  const attempt = fc.record<Attempt>({
    chip: fc.nat({ max: 3 }),
    other: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('replayed', 'decreased', 'swapped', 'flipped', 'truncated'),
    pick: fc.nat({ max: 1_000_000 }),
    bit: fc.nat({ max: 1_000_000 }),
  })
  return fc.sample(attempt, { numRuns: count, seed: SEED })
}

/** `used`: each chip's last message that was accepted; `fresh`: one it sent after that and nobody brought yet. */
export type Sent = {
  readonly chips: readonly TestChip[]
  readonly used: readonly string[]
  readonly fresh: readonly string[]
}

/** The message of an attempt: none that its chip sent for this scan. */
export function messageOf({ chip, other, kind, pick, bit }: Attempt, { chips, used, fresh }: Sent): string {
  const next = fresh[chip] ?? ''
  switch (kind) {
    case 'replayed':
      return used[chip] ?? ''
    case 'decreased':
      return chips[chip]?.read({ counter: pick % LAST }) ?? ''
    case 'swapped':
      return fresh[(chip + other) % chips.length] ?? ''
    case 'flipped':
      return flipped(next, pick, bit)
    case 'truncated':
      return next.slice(0, pick % next.length)
  }
}

/** Flips one bit of one of the values, and writes it as a chip would. */
function flipped(sun: string, pick: number, bit: number): string {
  const parts = [...new URLSearchParams(sun)]
  const at = pick % parts.length
  return parts
    .map(([name, value], i) => {
      const bytes = Buffer.from(value, 'hex')
      const place = bit % (8 * bytes.length)
      if (i === at) bytes[place >> 3] = (bytes[place >> 3] ?? 0) ^ (1 << (place & 7))
      return `${name}=${bytes.toString('hex').toUpperCase()}`
    })
    .join('&')
}
