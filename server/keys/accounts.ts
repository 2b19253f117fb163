import { randomBytes } from 'node:crypto'
import type { AccountKind, Caller } from '../http/route.ts'
import type { Clock } from '../kernel/clock.ts'
import { sha256 } from '../kernel/digest.ts'
import { AppError } from '../kernel/errors.ts'
import { base32 } from '../kernel/ids.ts'

/** Accounts that may call the service, each with API keys. */
export type Accounts = {
  /** Makes an account and its first API key, which is given back here and never again. Throws `account.already_exists`. */
  create(account: Caller): Promise<{ apiKey: string }>
  /** Adds a key; the older ones go on working until they are removed. */
  addKey(kind: AccountKind, id: string): Promise<{ apiKey: string }>
  byApiKey(apiKey: string): Promise<Caller | null>
  find(kind: AccountKind, id: string): Promise<Caller | null>
  /** The accounts of a kind by name, at most 500. */
  all(kind: AccountKind): Promise<readonly Caller[]>
}

export type AccountStore = {
  /** False when the account exists. */
  insert(account: Caller, keyHash: string, nowMs: number): Promise<boolean>
  pushKey(kind: AccountKind, id: string, keyHash: string, keysMax: number): Promise<boolean>
  byKeyHash(keyHash: string): Promise<Caller | null>
  find(kind: AccountKind, id: string): Promise<Caller | null>
  all(kind: AccountKind, limit: number): Promise<Caller[]>
}

const ACCOUNTS_MAX = 500
const KEY_BYTES = 25
const KEYS_MAX = 10
const CACHE_ENTRIES_MAX = 10_000
const CACHE_MS = 5_000
/** The kind is visible in a key, so that one pasted in the wrong place is recognised: `ck_marketplace_…`. */
const KEY_SHAPE = /^ck_[a-zA-Z]+_[0-9A-Z]{40}$/

export function createAccounts(store: AccountStore, clock: Clock): Accounts {
  const cache = new Map<string, { caller: Caller; untilMs: number }>()
  return {
    async create(account) {
      const apiKey = newApiKey(account.kind)
      if (await store.insert(account, hashOf(apiKey), clock.nowMs())) return { apiKey }
      throw new AppError('account.already_exists', 'an account of this kind and id exists', {
        kind: account.kind,
        id: account.id,
      })
    },
    async addKey(kind, id) {
      const apiKey = newApiKey(kind)
      if (await store.pushKey(kind, id, hashOf(apiKey), KEYS_MAX)) return { apiKey }
      throw new AppError('account.not_found', 'no such account, or it has the most keys allowed', {
        kind,
        id,
        keysMax: KEYS_MAX,
      })
    },
    async byApiKey(apiKey) {
      if (!KEY_SHAPE.test(apiKey)) return null
      const hash = hashOf(apiKey)
      const known = cache.get(hash)
      if (known && known.untilMs > clock.nowMs()) return known.caller
      const caller = await store.byKeyHash(hash)
      if (cache.size >= CACHE_ENTRIES_MAX) cache.clear()
      if (caller) cache.set(hash, { caller, untilMs: clock.nowMs() + CACHE_MS })
      return caller
    },
    find: (kind, id) => store.find(kind, id),
    async all(kind) {
      const found = await store.all(kind, ACCOUNTS_MAX)
      return found.sort((a, b) => a.name.localeCompare(b.name))
    },
  }
}

function newApiKey(kind: AccountKind): string {
  return `ck_${kind}_${base32(randomBytes(KEY_BYTES))}`
}

/** API keys are 200 random bits, so a plain digest cannot be searched backwards. */
function hashOf(apiKey: string): string {
  return sha256(apiKey).toString('hex')
}
