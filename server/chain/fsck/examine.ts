import type { Db } from '../../db/connection.ts'
import type { Hex } from '../../kernel/bytes.ts'
import { readBlock } from '../blocks.ts'
import { finalityStore } from '../finality.store.ts'
import { followerStore } from '../follower.store.ts'
import type { ReadEvent } from '../follower-chain.ts'
import { type FollowedEvent, standing } from '../follower-step.ts'
import type { Head } from '../head.ts'
import { outboxStore } from '../outbox.store.ts'
import { findInclusions } from '../outbox-chain.ts'
import type { Inclusion, OutboxEntry } from '../outbox-entry.ts'
import type { Rpc } from '../rpc.ts'
import { type Deployed, provenEvents } from './chain-events.ts'

/** One public fact that the store has otherwise than the chain; null where one of them has nothing. */
export type Fault = {
  readonly fact: 'event' | 'write' | 'final block' | 'batch'
  readonly id: string
  readonly stored: string | null
  readonly chain: string | null
}

/** What the chain says, and where the store says otherwise. */
export type Examined = {
  readonly at: Head
  /** Every event of the registries, in the order of the chain. */
  readonly events: readonly ReadEvent[]
  readonly counts: { readonly events: number; readonly writes: number }
  /** Events that the store has not come to yet: it does so by itself. */
  readonly behind: number
  readonly faults: readonly Fault[]
  /** Entries of the outbox that are not where the chain has them. */
  readonly writes: readonly OutboxEntry[]
}

export type ExamineParts = {
  readonly rpc: Rpc
  readonly db: Db['connection']
  readonly head: Head
  readonly deployed: Deployed
}

const PAGE = 500
const STEPS_MAX = 10_000

/** Compares what the store keeps of the chain with the chain. Reads only. Throws as `provenEvents` does. */
export async function examine(parts: ExamineParts): Promise<Examined> {
  const { rpc, db, head, deployed } = parts
  const events = await provenEvents(rpc, deployed, head)
  const stored = await storedEvents(db)
  const seen = eventFaults(stored, events)
  const { faults: writeFaults, writes, count } = await writeFaultsOf(rpc, db)
  const final = await finalFault(rpc, db)
  return {
    at: head,
    events,
    counts: { events: stored.events.length, writes: count },
    behind: seen.behind,
    faults: [...seen.faults, ...writeFaults, ...final],
    writes,
  }
}

type Stored = { readonly events: FollowedEvent[]; readonly top: number }

/** The events that stand in the store after everything that was taken back, and the block it has come to. */
export async function storedEvents(db: Db['connection']): Promise<Stored> {
  const store = followerStore(db)
  const events: FollowedEvent[] = []
  for (let sequence = 0; ; ) {
    const steps = await store.eventfulAfter(sequence, PAGE)
    for (const step of steps) {
      if (step.change === 'added') events.push(...step.events)
      else for (const gone of step.events) remove(events, gone)
    }
    sequence = steps.at(-1)?.lastSequence ?? sequence
    if (steps.length < PAGE) break
  }
  return { events, top: standing(await store.newest(STEPS_MAX)).at(-1)?.number ?? -1 }
}

function remove(events: FollowedEvent[], gone: FollowedEvent): void {
  const text = textOf(gone)
  const place = events.findLastIndex((one) => textOf(one) === text)
  if (place >= 0) events.splice(place, 1)
}

/** Every member, so that two texts are the same only where the events are. */
export function textOf(event: FollowedEvent | ReadEvent): string {
  const { kind, transactionHash, at } = event
  const place = `${at.blockNumber} ${at.blockHash} ${at.timeUnix} ${transactionHash}`
  if ('tokenId' in event) {
    const { tokenId, origin } = event
    return `${kind} ${tokenId} ${origin === null ? '' : `${origin.root}/${origin.index} `}${place}`
  }
  const { brandId, root, reason, brandSequence, runningHash } = event
  const words = event.words.map(({ word, mask }) => `${word}:${mask}`).join(',')
  return `${kind} ${brandId} ${root} [${words}] ${reason} ${place} ${brandSequence} ${runningHash}`
}

/** Events by a name: the brand's own count, or what happened to which token in which transaction. */
function named<E extends FollowedEvent | ReadEvent>(events: readonly E[]): Map<string, E> {
  const all = new Map<string, E>()
  for (const event of events) {
    const { kind, transactionHash } = event
    const name =
      'tokenId' in event
        ? `${event.tokenId}/${kind}/${transactionHash}`
        : `${event.brandId}/${event.brandSequence}`
    let twin = ''
    for (let n = 2; all.has(name + twin); n++) twin = ` (${n})`
    all.set(name + twin, event)
  }
  return all
}

function eventFaults(stored: Stored, events: readonly ReadEvent[]): { faults: Fault[]; behind: number } {
  const [inStore, onChain] = [named(stored.events), named(events)]
  const faults: Fault[] = []
  for (const [id, one] of inStore) {
    const other = onChain.get(id)
    const chain = other === undefined ? null : textOf(other)
    if (chain !== textOf(one)) faults.push({ fact: 'event', id, stored: textOf(one), chain })
  }
  const missing = [...onChain].filter(([id]) => !inStore.has(id))
  for (const [id, one] of missing.filter(([, { at }]) => at.blockNumber <= stored.top))
    faults.push({ fact: 'event', id, stored: null, chain: textOf(one) })
  return { faults, behind: missing.filter(([, { at }]) => at.blockNumber > stored.top).length }
}

/** Writes that count as done, against the receipts of their transactions. */
async function writeFaultsOf(rpc: Rpc, db: Db['connection']) {
  const store = outboxStore(db)
  const faults: Fault[] = []
  const writes: OutboxEntry[] = []
  let count = 0
  for (let after = ''; ; ) {
    const page = await store.doneAfter(after, PAGE)
    const found = await findInclusions(rpc, page)
    for (const entry of page.filter(({ inclusion }) => inclusion !== null)) {
      count += 1
      const stored = placeOf(entry.inclusion)
      const chain =
        entry.inclusion?.transactionHash === null
          ? await blockPlace(rpc, entry.inclusion)
          : placeOf(found.get(entry.id) ?? null)
      if (stored === chain) continue
      faults.push({ fact: 'write', id: entry.id, stored, chain })
      writes.push(entry)
    }
    after = page.at(-1)?.id ?? after
    if (page.length < PAGE) return { faults, writes, count }
  }
}

function placeOf(one: Inclusion | null): string | null {
  if (one === null) return null
  const { transactionHash, blockNumber, blockHash, gasUsed, reverted } = one
  return `${transactionHash} ${blockNumber} ${blockHash} ${gasUsed} ${reverted ? 'reverted' : 'done'}`
}

/** A write that another transaction had done before is only known to be in a block. */
async function blockPlace(rpc: Rpc, inclusion: Inclusion): Promise<string | null> {
  const block = await readBlock(rpc, inclusion.blockNumber)
  return block === null ? null : placeOf({ ...inclusion, blockHash: block.hash as Hex })
}

async function finalFault(rpc: Rpc, db: Db['connection']): Promise<Fault[]> {
  const kept = await finalityStore(db).newest()
  if (kept === null) return []
  const block = await readBlock(rpc, kept.number)
  if (block?.hash === kept.hash) return []
  const id = String(kept.number)
  return [{ fact: 'final block', id, stored: kept.hash, chain: block?.hash ?? null }]
}
