import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Hex } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'

const BUNDLE_CHARACTERS_MAX = 1_000_000
/** A tree of 2^20 leaves is 20 levels deep. */
const SIBLINGS_MAX = 20

const bytes = (length: number) =>
  z.custom<Hex>((value) => typeof value === 'string' && new RegExp(`^0x[0-9a-f]{${2 * length}}$`).test(value))
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

/** What a saved verdict and a bundle have in common; the rest of either is not needed to check it. */
const bundleSchema = z.object({
  certificate: z.string().min(1),
  proof: z.object({
    index: z.int().min(0),
    leafCount: z.int().min(1),
    claimKey: bytes(20),
    siblings: z.array(bytes(32)).max(SIBLINGS_MAX),
  }),
  chain: z.object({ chainId: z.int().min(1), root: bytes(32) }),
  contracts: z.object({ itemRegistry: address, brandRegistry: address }).nullish(),
})

export type BundleFile = z.output<typeof bundleSchema>

/** Reads a bundle, or a verdict as it was saved; throws `cli.bad_usage` naming what is missing. */
export function readBundle(path: string): BundleFile {
  return parseBundle(readFileSync(path, 'utf8'), path)
}

export function parseBundle(text: string, name: string): BundleFile {
  if (text.length > BUNDLE_CHARACTERS_MAX) throw notBundle(name, 'it is too long')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('cli.bad_usage', `${name} is no bundle: it is not JSON`, {}, { cause })
  }
  const parsed = bundleSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw notBundle(name, `${issue?.path.join('.') || 'the whole'} is missing or malformed`)
}

function notBundle(name: string, reason: string): AppError {
  return new AppError('cli.bad_usage', `${name} is no bundle of a registered item: ${reason}`)
}
