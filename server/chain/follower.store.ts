import { type Connection, trusted } from 'mongoose'
import { isDuplicateKey } from '../db/connection.ts'
import type { Hex } from '../kernel/bytes.ts'
import { type ChainStepDocument, chainStepModel } from './follower.model.ts'
import { type FollowedEvent, type FollowerStep, isOfOwnership, type StepHead } from './follower-step.ts'

export type FollowerStore = {
  /** The newest steps, oldest first. */
  newest(limit: number): Promise<StepHead[]>
  step(id: number): Promise<FollowerStep | null>
  /** False when another gateway wrote a step of this number first. */
  append(step: FollowerStep): Promise<boolean>
  /** Steps with events whose last sequence is above the given one, oldest first. */
  eventfulAfter(sequence: number, limit: number): Promise<FollowerStep[]>
  /** Forgets all steps below the given one. */
  forget(belowId: number): Promise<void>
  /** Forgets steps without events below the given one. */
  prune(belowId: number): Promise<void>
}

const HEAD_FIELDS = {
  _id: 1,
  chainId: 1,
  change: 1,
  number: 1,
  hash: 1,
  parentHash: 1,
  timeUnix: 1,
  lastSequence: 1,
  removes: 1,
} as const

export function followerStore(db: Connection): FollowerStore {
  const model = chainStepModel(db)
  return {
    async newest(limit) {
      const found = await model.find({}, HEAD_FIELDS).sort({ _id: -1 }).limit(limit).lean()
      return found.map((d) => headOf(d)).toReversed()
    },
    async step(id) {
      const found = await model.findById(id).lean()
      return found === null ? null : stepOf(found)
    },
    async append(step) {
      try {
        await model.create(documentOf(step))
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    async eventfulAfter(sequence, limit) {
      const filter = { eventful: true, lastSequence: trusted({ $gt: sequence }) }
      return (await model.find(filter).sort({ lastSequence: 1 }).limit(limit).lean()).map(stepOf)
    },
    async forget(belowId) {
      await model.deleteMany({ _id: trusted({ $lt: belowId }) })
    },
    async prune(belowId) {
      await model.deleteMany({ _id: trusted({ $lt: belowId }), eventful: false })
    },
  }
}

function documentOf({ id, events, ...step }: FollowerStep): ChainStepDocument {
  return { _id: id, ...step, events: events.map(eventDocument), eventful: events.length > 0 }
}

function eventDocument(event: FollowedEvent): ChainStepDocument['events'][number] {
  const at = { ...event.at }
  if (isOfOwnership(event)) return { ...event, at, origin: event.origin && { ...event.origin } }
  return { ...event, at, words: event.words.map((word) => ({ ...word })) }
}

function headOf(d: Omit<ChainStepDocument, 'events' | 'eventful'>): StepHead {
  const { chainId, change, number, timeUnix, lastSequence, removes } = d
  return {
    id: d._id,
    chainId,
    change,
    number,
    timeUnix,
    lastSequence,
    removes,
    hash: d.hash as Hex,
    parentHash: d.parentHash as Hex,
  }
}

/** The casts are what this store wrote. */
function stepOf(d: ChainStepDocument): FollowerStep {
  return { ...headOf(d), events: d.events as unknown as FollowedEvent[] }
}
