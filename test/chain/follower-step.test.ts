import { expect } from 'chai'
import fc from 'fast-check'
import {
  type FollowedEvent,
  type FollowerStep,
  feedOf,
  removalOf,
  standing,
} from '../../server/chain/follower-step.ts'
import { type Hex, hexOf } from '../../server/kernel/bytes.ts'
import { rootOf } from './support.ts'

const hash = (n: number): Hex => hexOf(Buffer.alloc(32, n % 251))
const event = (n: number): FollowedEvent => ({
  kind: 'anchored',
  brandId: hash(1),
  root: hash(n),
  words: [],
  reason: null,
  at: { blockNumber: n, blockHash: hash(n), timeUnix: n },
  transactionHash: hash(n),
  brandSequence: n,
  runningHash: hash(n),
  previousHash: hash(n - 1),
})

/** Plays moves (add a block with so many events, or take the newest back) and keeps the true stack beside. */
function play(moves: readonly number[]): { steps: FollowerStep[]; truth: FollowerStep[] } {
  const steps: FollowerStep[] = []
  const truth: FollowerStep[] = []
  for (const move of moves) {
    const last = steps.at(-1) ?? { id: 0, lastSequence: 0 }
    const top = truth.at(-1)
    if (move < 0 && top !== undefined) {
      steps.push(removalOf(top, last))
      truth.pop()
    } else if (move >= 0) {
      const events = Array.from({ length: move }, (_, i) => event(last.lastSequence + i + 1))
      const number = truth.length
      const block = { number, hash: hash(steps.length), parentHash: top?.hash ?? hash(0), timeUnix: number }
      const step = {
        ...block,
        id: last.id + 1,
        chainId: 1,
        lastSequence: last.lastSequence + move,
        removes: null,
        events,
      }
      steps.push({ ...step, change: 'added' })
      truth.push({ ...step, change: 'added' })
    }
  }
  return { steps, truth }
}

describe('steps of the follower', () => {
  const moves = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 })

  it('leave standing exactly what was added and not taken back', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const { steps, truth } = play(list)
        expect(standing(steps).map((s) => s.id)).to.deep.equal(truth.map((s) => s.id))
      }),
    )
  })

  it('number their events without a gap, whatever was taken back', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const feed = play(list).steps.flatMap(feedOf)
        expect(feed.map((e) => e.sequence)).to.deep.equal(feed.map((_, i) => i + 1))
      }),
    )
  })

  it('tell for each event as many additions as stand and removals', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const { steps, truth } = play(list)
        const count = new Map<string, number>()
        for (const e of steps.flatMap(feedOf))
          count.set(rootOf(e), (count.get(rootOf(e)) ?? 0) + (e.change === 'added' ? 1 : -1))
        const stands = truth.flatMap((s) => s.events.map(rootOf))
        expect([...count].filter(([, n]) => n !== 0).map(([root]) => root)).to.have.members([
          ...new Set(stands),
        ])
      }),
    )
  })

  it('are told newest first when taken back', () => {
    const { steps } = play([3, -1])
    expect(steps.flatMap(feedOf).map((e) => `${e.change} ${rootOf(e).slice(0, 4)}`)).to.deep.equal([
      'added 0x01',
      'added 0x02',
      'added 0x03',
      'removed 0x03',
      'removed 0x02',
      'removed 0x01',
    ])
  })
})
