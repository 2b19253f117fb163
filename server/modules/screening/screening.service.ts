import { AppError } from '../../kernel/errors.ts'
import type { Decider } from './decider.ts'
import type { ListingFilter, ListingStore } from './ports.ts'
import type { Listing, ListingContent, ListingPage, ListingStatus } from './types.ts'

/** Listings of marketplaces: taken in, decided on, found again. */
export type ScreeningService = {
  /** Throws `listing.already_exists`. */
  create(marketplaceId: string, content: ListingContent): Promise<Listing>
  /** Creates or replaces. */
  put(marketplaceId: string, content: ListingContent): Promise<{ listing: Listing; created: boolean }>
  /** Creates or replaces each; an entry that is refused, or was before, gives its error in its place. */
  putMany(
    marketplaceId: string,
    contents: readonly (ListingContent | AppError)[],
  ): Promise<(Listing | AppError)[]>
  /** Throws `listing.not_found`, also for another marketplace's listing. */
  find(marketplaceId: string, externalId: string): Promise<Listing>
  /** The newest of a seller's listings with this externalId; throws `listing.not_found`. */
  findOfSeller(sellerId: string, externalId: string): Promise<Listing>
  /** Newest first. Throws `listing.bad_cursor`. */
  list(
    marketplaceId: string,
    filter: ListingFilter,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<ListingPage>
  count(marketplaceId: string): Promise<Readonly<Record<ListingStatus, number>>>
}

const ATTEMPTS_MAX = 5
const PARALLEL_MAX = 16

export function createScreeningService(listings: ListingStore, decider: Decider): ScreeningService {
  const put = (marketplaceId: string, content: ListingContent) =>
    putListing(listings, decider, marketplaceId, content)
  return {
    put,
    async create(marketplaceId, content) {
      const known = await listings.find(marketplaceId, content.externalId)
      const listing = known ? null : await decider.write(marketplaceId, content, null)
      if (listing) return listing
      const message = 'there is a listing with this externalId; use PUT to change it'
      throw new AppError('listing.already_exists', message, { externalId: content.externalId })
    },
    putMany: (marketplaceId, contents) =>
      inParallel(contents, async (content) => {
        if (content instanceof AppError) throw content
        return (await put(marketplaceId, content)).listing
      }),
    find: async (marketplaceId, externalId) =>
      (await listings.find(marketplaceId, externalId)) ?? notFound(externalId),
    findOfSeller: async (sellerId, externalId) =>
      (await listings.bySeller(sellerId, externalId, 1))[0] ?? notFound(externalId),
    async list(marketplaceId, filter, { cursor, limit }) {
      const found = await listings.page(
        marketplaceId,
        filter,
        cursor === undefined ? null : readCursor(cursor),
        limit + 1,
      )
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      return { listings: shown, nextCursor: found.length > limit && last ? writeCursor(last) : null }
    },
    count: (marketplaceId) => listings.count(marketplaceId),
  }
}

async function putListing(
  listings: ListingStore,
  decider: Decider,
  marketplaceId: string,
  content: ListingContent,
): Promise<{ listing: Listing; created: boolean }> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const previous = await listings.find(marketplaceId, content.externalId)
    const listing = await decider.write(marketplaceId, content, previous)
    if (listing) return { listing, created: previous === null }
  }
  throw new AppError('listing.changed', 'the listing keeps being changed by others; send the change again', {
    externalId: content.externalId,
  })
}

function notFound(externalId: string): never {
  throw new AppError('listing.not_found', 'no listing with this externalId', { externalId })
}

function writeCursor(last: Listing): string {
  return Buffer.from(`${last.createdAtMs}:${last.id}`).toString('base64url')
}

function readCursor(cursor: string): { createdAtMs: number; id: string } {
  const match = /^(\d{1,16}):(lst_[0-9A-Z]{26})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match?.[2])
    throw new AppError('listing.bad_cursor', 'the cursor was not given by this list', {
      cursor: cursor.slice(0, 100),
    })
  return { createdAtMs: Number(match[1]), id: match[2] }
}

/** Runs at most 16 at a time and keeps the order; an AppError becomes the entry's result. */
async function inParallel<T, R>(
  entries: readonly T[],
  work: (entry: T) => Promise<R>,
): Promise<(R | AppError)[]> {
  const results: (R | AppError)[] = []
  const queue = entries.entries()
  const worker = async (): Promise<void> => {
    for (const [i, entry] of queue) {
      results[i] = await work(entry).catch((error: unknown) => {
        if (error instanceof AppError) return error
        throw error
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL_MAX, entries.length) }, worker))
  return results
}
