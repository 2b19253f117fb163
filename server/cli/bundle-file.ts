import { readFileSync } from 'node:fs'
import { AppError } from '../kernel/errors.ts'
import { type BundleFile, bundleFrom } from '../offline/bundle.ts'

const BUNDLE_CHARACTERS_MAX = 1_000_000

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
  const read = bundleFrom(value)
  if (read.ok) return read.bundle
  throw notBundle(name, `${read.place} is missing or malformed`)
}

function notBundle(name: string, reason: string): AppError {
  return new AppError('cli.bad_usage', `${name} is no bundle of a registered item: ${reason}`)
}
