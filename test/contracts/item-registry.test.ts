import { expect } from 'chai'
import { id, ZeroHash } from 'ethers'
import { network } from 'hardhat'
import { eventDigest, nextRunningHash } from '../../server/chain/abi/running-hash.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import {
  ask,
  attempt,
  BRAND,
  deployAnchored,
  Kind,
  OTHER_BRAND,
  Reason,
  ROOT,
  send,
  timeOf,
  wordsOf,
} from './support.ts'

const { ethers, networkHelpers } = await network.create()
const NEW_ROOT = id('a new root')
const FULL = 2n ** 256n - 1n

/*
 * items
 * ├── anchor ── root new / zero / known · leaves 0 / 1 / 2^20 / one more · brand unknown / suspended · kind unknown
 * ├── revoke, recall ── new leaves · some known · all known · words none / many / beyond the leaves · root unknown
 * └── head ── one event more each time, and a running hash that the logs alone give again
 */
describe('ItemRegistry', () => {
  const fixture = () => deployAnchored(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  describe('anchor', () => {
    it('keeps brand, leaves, kind, time, block and place', async () => {
      const { items, anchorer } = await load()
      const receipt = await send(items, anchorer, 'anchor', BRAND, NEW_ROOT, 7, Kind.Decisions)
      const time = BigInt(await timeOf(ethers, receipt))
      expect(await ask(items, 'anchorOf', NEW_ROOT)).to.deep.equal([
        BRAND,
        7n,
        2n,
        time,
        BigInt(receipt.blockNumber),
        2n,
      ])
      const [sequence, hash] = await ask(items, 'headOf', BRAND)
      expect(sequence).to.equal(2n)
      await expect(Promise.resolve(receipt))
        .to.emit(items, 'Anchored')
        .withArgs(BRAND, NEW_ROOT, 7, Kind.Decisions, 2, hash)
      expect(await ask(items, 'headOf', OTHER_BRAND)).to.deep.equal([0n, ZeroHash])
    })

    it('takes 1 and 2^20 leaves, and neither none nor one more', async () => {
      const { items, anchorer } = await load()
      for (const leaves of [1, 2 ** 20])
        await send(items, anchorer, 'anchor', BRAND, id(`root ${leaves}`), leaves, Kind.Items)
      for (const leaves of [0, 2 ** 20 + 1]) {
        const sent = attempt(items, anchorer, 'anchor', BRAND, NEW_ROOT, leaves, Kind.Items)
        await expect(sent)
          .to.be.revertedWithCustomError(items, 'ItemRegistryBadLeafCount')
          .withArgs(leaves, 2 ** 20)
      }
    })

    it('refuses a zero root, and one anchored by anybody', async () => {
      const { items, anchorer, otherAnchorer } = await load()
      const zero = attempt(items, anchorer, 'anchor', BRAND, ZeroHash, 1, Kind.Items)
      await expect(zero).to.be.revertedWithCustomError(items, 'ItemRegistryBadRoot').withArgs(ZeroHash)
      for (const [brand, from] of [
        [BRAND, anchorer],
        [OTHER_BRAND, otherAnchorer],
      ] as const) {
        const known = attempt(items, from, 'anchor', brand, ROOT, 1, Kind.Items)
        await expect(known)
          .to.be.revertedWithCustomError(items, 'ItemRegistryRootAnchored')
          .withArgs(ROOT, BRAND)
      }
    })

    it('refuses an unknown brand, a suspended one, and a kind that does not exist', async () => {
      const { items, brands, operator, anchorer } = await load()
      const unknown = attempt(items, anchorer, 'anchor', id('?'), NEW_ROOT, 1, Kind.Items)
      await expect(unknown).to.be.revertedWithCustomError(items, 'ItemRegistryUnknownBrand').withArgs(id('?'))
      await expect(attempt(items, anchorer, 'anchor', BRAND, NEW_ROOT, 1, 3)).to.revert(ethers)
      const since = await timeOf(ethers, await send(brands, operator, 'suspendBrand', BRAND))
      const anchor = attempt(items, anchorer, 'anchor', BRAND, NEW_ROOT, 1, Kind.Items)
      await expect(anchor)
        .to.be.revertedWithCustomError(items, 'ItemRegistryBrandSuspended')
        .withArgs(BRAND, since)
      const revoke = attempt(items, anchorer, 'revoke', ROOT, wordsOf(1), Reason.Stolen)
      await expect(revoke)
        .to.be.revertedWithCustomError(items, 'ItemRegistryBrandSuspended')
        .withArgs(BRAND, since)
      await send(brands, operator, 'reinstateBrand', BRAND)
      await send(items, anchorer, 'anchor', BRAND, NEW_ROOT, 1, Kind.Items)
    })
  })

  for (const [method, event, other] of [
    ['revoke', 'Revoked', 'Recalled'],
    ['recall', 'Recalled', 'Revoked'],
  ] as const) {
    describe(method, () => {
      const bitsOf = async (items: Parameters<typeof ask>[0], word: number): Promise<bigint[]> => {
        const [revoked, recalled] = await ask(items, 'wordsOf', ROOT, word)
        return method === 'revoke' ? [revoked, recalled] : [recalled, revoked]
      }

      it('sets exactly the leaves named, and says which, why and when', async () => {
        const { items, anchorer } = await load()
        const words = wordsOf(0, 3, 255, 256, 299)
        const sent = await attempt(items, anchorer, method, ROOT, words, Reason.Counterfeit)
        const [, hash] = await ask(items, 'headOf', BRAND)
        const said = words.map(({ word, mask }) => [word, mask])
        await expect(sent).to.emit(items, event).withArgs(BRAND, ROOT, said, Reason.Counterfeit, 2, hash)
        await expect(sent).to.not.emit(items, other)
        expect(await bitsOf(items, 0)).to.deep.equal([words[0]?.mask, 0n])
        expect(await bitsOf(items, 1)).to.deep.equal([words[1]?.mask, 0n])
      })

      it('passes over leaves set before, so that each keeps its first time', async () => {
        const { items, anchorer, admin } = await load()
        await send(items, anchorer, method, ROOT, wordsOf(1, 2), Reason.Stolen)
        const again = await attempt(items, admin, method, ROOT, wordsOf(2, 3, 260), Reason.Safety)
        const [, hash] = await ask(items, 'headOf', BRAND)
        await expect(again)
          .to.emit(items, event)
          .withArgs(
            BRAND,
            ROOT,
            [
              [0, 8n],
              [1, 16n],
            ],
            Reason.Safety,
            3,
            hash,
          )
        expect(await bitsOf(items, 0)).to.deep.equal([14n, 0n])
      })

      it('changes and says nothing where nothing is new', async () => {
        const { items, anchorer } = await load()
        await send(items, anchorer, method, ROOT, wordsOf(1, 299), Reason.Stolen)
        const head = await ask(items, 'headOf', BRAND)
        const again = await send(items, anchorer, method, ROOT, wordsOf(1, 299), Reason.Safety)
        expect(again.logs).to.deep.equal([])
        expect(await ask(items, 'headOf', BRAND)).to.deep.equal(head)
      })

      it('takes the last leaf, and none beyond it', async () => {
        const { items, anchorer } = await load()
        await send(items, anchorer, method, ROOT, [{ word: 1, mask: 1n << 43n }], Reason.Unspecified)
        for (const [word, mask] of [
          [1, 1n << 44n],
          [1, FULL],
          [2, 1n],
          [4_294_967_295, 1n],
          [0, 0n],
        ] as const) {
          const sent = attempt(items, anchorer, method, ROOT, [{ word, mask }], Reason.Unspecified)
          await expect(sent)
            .to.be.revertedWithCustomError(items, 'ItemRegistryBadMask')
            .withArgs(word, mask, 300)
        }
      })

      it('takes 1 to 512 words, of a known root', async () => {
        const { items, anchorer } = await load()
        await send(items, anchorer, 'anchor', BRAND, NEW_ROOT, 2 ** 20, Kind.Items)
        const words = Array.from({ length: 513 }, (_, word) => ({ word, mask: FULL }))
        for (const some of [[], words]) {
          const sent = attempt(items, anchorer, method, NEW_ROOT, some, Reason.Safety)
          await expect(sent)
            .to.be.revertedWithCustomError(items, 'ItemRegistryBadWordCount')
            .withArgs(some.length, 512)
        }
        const receipt = await send(items, anchorer, method, NEW_ROOT, words.slice(1), Reason.Safety)
        expect(receipt.gasUsed < 15_000_000n, `${receipt.gasUsed} gas`).to.equal(true)
        const unknown = attempt(items, anchorer, method, id('?'), wordsOf(1), Reason.Safety)
        await expect(unknown)
          .to.be.revertedWithCustomError(items, 'ItemRegistryUnknownRoot')
          .withArgs(id('?'))
      })
    })
  }

  it('counts a brand’s events, and the logs alone give its running hash again', async () => {
    const { items, anchorer, otherAnchorer, admin } = await load()
    await send(items, anchorer, 'revoke', ROOT, wordsOf(1, 290), Reason.Stolen)
    await send(items, otherAnchorer, 'anchor', OTHER_BRAND, id('theirs'), 9, Kind.Events)
    await send(items, admin, 'recall', ROOT, wordsOf(1, 2), Reason.Safety)
    await send(items, anchorer, 'anchor', BRAND, NEW_ROOT, 9, Kind.Events)
    for (const [brand, count] of [
      [BRAND, 4n],
      [OTHER_BRAND, 1n],
    ] as const) {
      const logs = await ethers.provider.getLogs({ address: items, fromBlock: 0, topics: [null, brand] })
      const events = logs.map((log) => items.interface.parseLog(log)!)
      expect(events.map((event) => event.args['sequence'])).to.deep.equal(events.map((_, i) => BigInt(i + 1)))
      const hash = events.reduce<Hex>(
        (before, event) => nextRunningHash(before, eventDigest(event)),
        ZeroHash as Hex,
      )
      expect(await ask(items, 'headOf', brand)).to.deep.equal([count, hash])
      expect(hash).to.equal(events.at(-1)?.args['runningHash'])
    }
  })
})
