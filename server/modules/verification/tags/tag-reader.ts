import { hexOf } from '../../../kernel/bytes.ts'
import type { Clock } from '../../../kernel/clock.ts'
import { sha256 } from '../../../kernel/digest.ts'
import type { ItemKey } from '../../../kernel/gs1.ts'
import type { Logger } from '../../../kernel/log.ts'
import { type MasterKeys, readKeys, uidBytes } from './chip-keys.ts'
import type { Tag, TagMark, TagStore } from './ports.ts'
import { sealOf } from './seal.ts'
import { parseSun, readSun, type SunMessage, type SunReading } from './sun-message.ts'
import type { TagEvidence } from './tag-evidence.ts'
import { GAP_SCORE_MARKED, gapScore, judgeTap, SECOND_TAP_MS, type TapOutcome } from './taps.ts'

/** A link with a chip's message, and the scan session of the last tap if there was one. */
export type TagQuestion = {
  readonly key: ItemKey
  /** Search parameters of the link. */
  readonly query: Readonly<Record<string, string | undefined>>
  readonly session: string | null
}

/** Reads the message of a chip, which uses it up. Never throws: what could not be checked is evidence too. */
export type TagReader = { read(question: TagQuestion): Promise<TagEvidence> }

export type TagReaderDeps = {
  readonly tags: TagStore
  readonly masters: MasterKeys
  readonly clock: Clock
  readonly log: Logger
  /** A token nobody can guess. */
  readonly newSession: () => string
}

/** Messages of one chip that arrive at once make each other try again; a chip in the world sends one at a time. */
const TRIES_MAX = 8

export function createTagReader(deps: TagReaderDeps): TagReader {
  return {
    async read(question) {
      const message = parseSun(question.query)
      if (message === null) return { kind: 'unreadable' }
      try {
        return await readWhole(message, question, deps)
      } catch (error) {
        deps.log.error({ err: error, item: question.key }, 'the message of a chip could not be checked')
        return { kind: 'not_checked' }
      }
    },
  }
}

async function readWhole(
  message: SunMessage,
  { key, session }: TagQuestion,
  deps: TagReaderDeps,
): Promise<TagEvidence> {
  const tags = await deps.tags.ofItem(key)
  const found = await senderOf(message, tags, deps.masters)
  if (found !== null) return found.tag.status === 'bound' ? take(found, session, deps) : removed(found.tag)
  const bound = tags.find((tag) => tag.status === 'bound')
  if (bound === undefined) return { kind: 'not_bound' }
  const mark = { kind: 'wrong', atMs: deps.clock.nowMs(), counter: null, missing: 0, score: 0 } as const
  await deps.tags.note(bound, mark)
  return { kind: 'wrong' }
}

type Found = { readonly tag: Tag; readonly reading: SunReading }

/** The chip that made a message: the one under whose keys it reads. Each chip has keys of its own. */
async function senderOf(
  message: SunMessage,
  tags: readonly Tag[],
  masters: MasterKeys,
): Promise<Found | null> {
  for (const tag of tags) {
    if (tag.mode !== message.mode) continue
    const keys = await readKeys(masters, tag.keySetId, tag.uid)
    const reading = readSun(message, { keys, uid: uidBytes(tag.uid) })
    if (reading !== null) return { tag, reading }
  }
  return null
}

function removed(tag: Tag): TagEvidence {
  return { kind: 'removed', removedAtMs: tag.removedAtMs ?? tag.boundAtMs }
}

/** Judges by what is stored and writes on the condition that it still is: of equal messages, one gets through. */
async function take(found: Found, session: string | null, deps: TagReaderDeps): Promise<TagEvidence> {
  const sessionHash = session === null ? null : hashOf(session)
  let tag: Tag | null = found.tag
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const tap = { counter: found.reading.counter, sessionHash, atMs: deps.clock.nowMs() }
    const outcome = judgeTap(tag, tap)
    if (outcome.kind !== 'accepted') return refused(tag, outcome, tap, deps)
    const goesOn = outcome.isSecond && session !== null ? session : deps.newSession()
    const seal = tag.hasSeal ? sealOf(found.reading.fileData) : null
    const lastTap = { counter: tap.counter, atMs: tap.atMs, sessionHash: hashOf(goesOn) }
    const marks = marksOf(tag, { ...lastTap, seal, missing: outcome.missing })
    if (await deps.tags.accept(tag, { counter: tap.counter, lastTap, seal, marks })) {
      const next = { session: goesOn, untilMs: tap.atMs + SECOND_TAP_MS }
      return { kind: 'tapped', isSecond: outcome.isSecond, seal, next }
    }
    tag = await deps.tags.find(tag.brandId, tag.uid)
    if (tag === null) return { kind: 'not_bound' }
    if (tag.status === 'removed') return removed(tag)
  }
  return { kind: 'not_checked' }
}

async function refused(
  tag: Tag,
  outcome: Exclude<TapOutcome, { kind: 'accepted' }>,
  { counter, atMs }: { counter: number; atMs: number },
  { tags }: TagReaderDeps,
): Promise<TagEvidence> {
  if (outcome.kind === 'replayed')
    await tags.note(tag, { kind: 'replay', atMs, counter, missing: 0, score: 0 })
  return outcome
}

/** What a tap leaves behind: a gap that few honest items have, a seal that is no longer closed. */
function marksOf(
  tag: Tag,
  tap: { counter: number; atMs: number; seal: Tag['seal']; missing: number },
): TagMark[] {
  const { counter, atMs, missing } = tap
  // Reads before the first tap are those of the workshop that wrote and tested the chip.
  const score = tag.counter < 0 ? 0 : gapScore(missing)
  const broken = tap.seal === 'open' || tap.seal === 'opened'
  return [
    ...(score >= GAP_SCORE_MARKED ? [{ kind: 'gap', atMs, counter, missing, score } as const] : []),
    ...(broken && tag.seal !== tap.seal
      ? [{ kind: 'seal', atMs, counter, missing: 0, score: 0 } as const]
      : []),
  ]
}

function hashOf(session: string): string {
  return hexOf(sha256(session))
}
