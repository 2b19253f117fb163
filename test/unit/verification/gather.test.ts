import { expect } from 'chai'
import { gathered } from '../../../server/kernel/gather.ts'

describe('questions asked together', () => {
  it('are answered each with its own result, 2,000 of one turn in eight groups', async () => {
    const groups: number[] = []
    const double = gathered(
      async (values: number[]) => {
        groups.push(values.length)
        return values.map((value) => 2 * value)
      },
      { groupMax: 250 },
    )
    const results = await Promise.all(Array.from({ length: 2_000 }, (_, i) => double(i)))
    expect(results).to.deep.equal(Array.from({ length: 2_000 }, (_, i) => 2 * i))
    expect(groups).to.deep.equal(Array.from({ length: 8 }, () => 250))
  })

  it('gather while a group is under way, and are not kept waiting when none is', async () => {
    const groups: number[][] = []
    let finish: () => void = () => {}
    const ask = gathered(
      (values: number[]) => {
        groups.push(values)
        return new Promise<number[]>((resolve) => {
          finish = () => resolve(values)
        })
      },
      { groupMax: 10 },
    )
    const first = ask(1)
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(groups).to.deep.equal([[1]])
    const later = [ask(2), ask(3)]
    finish()
    expect(await first).to.equal(1)
    await new Promise((resolve) => setImmediate(resolve))
    finish()
    expect(await Promise.all(later)).to.deep.equal([2, 3])
    expect(groups).to.deep.equal([[1], [2, 3]])
  })

  it('tell everybody in a group that failed, and go on with the next', async () => {
    let calls = 0
    const ask = gathered(
      async (values: string[]) => {
        calls += 1
        if (values.includes('bad')) throw new Error('refused')
        return values
      },
      { groupMax: 2 },
    )
    const outcomes = await Promise.allSettled([ask('a'), ask('bad'), ask('c')])
    expect(outcomes.map((o) => o.status)).to.deep.equal(['rejected', 'rejected', 'fulfilled'])
    expect(calls).to.equal(2)
  })
})
