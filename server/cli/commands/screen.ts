import { existsSync, readFileSync } from 'node:fs'
import { AppError, isAppError } from '../../kernel/errors.ts'
import { badUsage, type Command, EXIT, type Given, KEY_FLAGS, onlyArgument } from '../command.ts'
import { apiKeyOf, type Gateway, gatewayOf } from '../gateway.ts'

type Listing = { readonly externalId: string } & Readonly<Record<string, unknown>>
type Decision = {
  readonly externalId: string
  readonly decision: string
  readonly score: number
  readonly signals: readonly { readonly kind: string; readonly weight: number; readonly detail: string }[]
}

/** Fields of a listing (design.md section 10); others in the file are notes of whoever wrote it and are not sent. */
const FIELDS = [
  'externalId',
  'sellerId',
  'channel',
  'title',
  'description',
  'price',
  'origin',
  'images',
  'item',
  'url',
  'certificate',
  'permit',
]

export const screen: Command = {
  name: 'screen',
  usage: 'screen FILE [--key KEY] [--url URL]',
  summary:
    'Sends the listings of a JSON or JSON-lines file to be screened, and prints each decision with its reasons.',
  flags: {
    ...KEY_FLAGS,
    marketplace: { type: 'string', value: 'ID', help: 'which marketplace of credentials.json' },
  },
  notes: ['Exit: 0 none rejected, 1 at least one rejected or refused, 2 wrong usage, 3 no answer.'],
  run: screenFile,
}

async function screenFile(given: Given): Promise<number> {
  const file = onlyArgument(screen, given)
  if (!existsSync(file)) throw badUsage(screen, `there is no file ${file}`)
  const listings = listingsOf(readFileSync(file, 'utf8'))
  const gateway = gatewayOf(given, apiKeyOf(given, 'marketplaces', given.text('marketplace')))
  let exit: number = EXIT.good
  for (const listing of listings) {
    const decided = await decide(gateway, listing)
    if (decided.decision === 'reject' || decided.decision === 'refused') exit = EXIT.bad
    print(decided, given)
  }
  return exit
}

async function decide(gateway: Gateway, listing: Listing): Promise<Decision> {
  const body = Object.fromEntries(
    FIELDS.filter((field) => field in listing).map((field) => [field, listing[field]]),
  )
  try {
    return (await gateway.json(`/v1/listings/${encodeURIComponent(listing.externalId)}`, {
      method: 'PUT',
      body,
    })) as Decision
  } catch (error) {
    if (!isAppError(error, 'gateway.refused')) throw error
    const signals = [{ kind: 'refused', weight: 0, detail: error.message }]
    return { externalId: listing.externalId, decision: 'refused', score: 0, signals }
  }
}

function print(decided: Decision, { io, on }: Given): void {
  if (on('json')) return io.out(JSON.stringify(decided))
  io.out(`${decided.externalId}  ${decided.decision.padEnd(8)} score ${decided.score}`)
  for (const { kind, weight, detail } of decided.signals) io.out(`    ${kind} (${weight}): ${detail}`)
}

/** A JSON array, one JSON object, or one object a line. */
function listingsOf(text: string): Listing[] {
  const trimmed = text.trim()
  const values = trimmed.startsWith('[')
    ? (parsed(trimmed, 1) as unknown[])
    : trimmed.split(/\r?\n/).map((line, i) => parsed(line, i + 1))
  return values.map((value, i) => {
    if (isListing(value)) return value
    throw new AppError('cli.bad_usage', `Listing ${i + 1} of the file has no externalId`)
  })
}

function isListing(value: unknown): value is Listing {
  return (
    typeof value === 'object' &&
    value !== null &&
    'externalId' in value &&
    typeof value.externalId === 'string'
  )
}

function parsed(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('cli.bad_usage', `Line ${line} of the file is not JSON`, { line }, { cause })
  }
}
