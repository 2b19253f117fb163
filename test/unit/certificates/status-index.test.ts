import { expect } from 'chai'
import {
  statusListIndex,
  statusListLength,
  statusListShuffle,
} from '../../../server/modules/certificates/status-index.ts'

describe('Places in a status list', () => {
  it('are at least 131,072, and a power of two that the batch fits in', () => {
    expect([1, 131_072, 131_073, 2 ** 20].map(statusListLength)).to.deep.equal([
      131_072,
      131_072,
      262_144,
      2 ** 20,
    ])
  })

  for (const length of [131_072, 262_144]) {
    it(`are each given once among ${length}`, () => {
      const place = statusListShuffle(Buffer.alloc(32, 7), length)
      const seen = new Uint8Array(length)
      for (let i = 0; i < length; i++) {
        const at = place(i)
        seen[at] = (seen[at] ?? 0) + 1
      }
      expect(seen.every((count) => count === 1)).to.equal(true)
    })
  }

  it('do not follow the order of the items', () => {
    const place = statusListShuffle(Buffer.alloc(32, 7), 131_072)
    let rising = 0
    let near = 0
    for (let i = 0; i < 10_000; i++) {
      if (place(i + 1) > place(i)) rising += 1
      if (Math.abs(place(i + 1) - place(i)) < 1_311) near += 1
    }
    expect(rising).to.be.within(4_700, 5_300)
    expect(near, 'neighbours within 1 % of the list: about 2 % by chance').to.be.within(120, 290)
  })

  it('differ from key to key and are the same for one key', () => {
    const [a, b] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    expect(statusListIndex(a, 5, 131_072)).to.equal(statusListShuffle(a, 131_072)(5))
    const same = Array.from({ length: 1_000 }, (_, i) => i).filter(
      (i) => statusListIndex(a, i, 131_072) === statusListIndex(b, i, 131_072),
    )
    expect(same.length).to.be.lessThan(3)
  })

  it('are not given for what is no leaf index', () => {
    const place = statusListShuffle(Buffer.alloc(32), 131_072)
    for (const index of [-1, 0.5, 131_072, Number.NaN]) expect(() => place(index)).to.throw(RangeError)
  })
}).timeout(30_000)
