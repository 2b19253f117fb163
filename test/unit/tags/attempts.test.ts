import { expect } from 'chai'
import { drawAttempts, LAST, messageOf, SEED } from '../../support/attempts.ts'
import { memoryTags } from './memory-tags.ts'

const MESSAGES = 10_000

describe('messages that a chip did not send just now', () => {
  it(`are accepted in none of ${MESSAGES.toLocaleString('en')} cases, seed ${SEED}`, async function () {
    this.timeout(240_000)
    const { bind, reader, tags, errors } = memoryTags()
    const chips = [
      await bind(),
      await bind({ mode: 'lrp' }),
      await bind({ seal: 'CC' }),
      await bind({ seal: 'OC' }),
    ]
    const used = chips.map((chip) => chip.read({ counter: LAST }))
    const fresh = chips.map((chip) => chip.read({ counter: LAST + 1 }))
    const read = (chip: number, sun: string) => {
      const query = Object.fromEntries(new URLSearchParams(sun))
      return reader.read({ key: chips[chip]!.key, query, session: null })
    }
    for (const [i, sun] of used.entries()) expect((await read(i, sun)).kind).to.equal('tapped')

    const outcomes: Record<string, number> = {}
    for (const attempt of drawAttempts(MESSAGES)) {
      const { kind } = await read(attempt.chip, messageOf(attempt, { chips, used, fresh }))
      const key = `${attempt.kind} ${kind}`
      outcomes[key] = (outcomes[key] ?? 0) + 1
    }
    expect(Object.keys(outcomes).sort()).to.deep.equal([
      'decreased replayed',
      'flipped wrong',
      'replayed replayed',
      'swapped wrong',
      'truncated unreadable',
    ])
    expect([...tags.values()].map((tag) => [tag.counter, tag.taps])).to.deep.equal(chips.map(() => [LAST, 1]))
    // The attempts were worth nothing, and cost the chip nothing: its next message counts.
    for (const [i, sun] of fresh.entries()) expect((await read(i, sun)).kind).to.equal('tapped')
    expect(errors).to.deep.equal([])
  })
})
