import { expect } from 'chai'
import { createVerification, type Verdict } from '../../../server/modules/verification/index.ts'
import type { Seen } from '../../../server/offline/answer-parts.ts'
import {
  type AnswerCheck,
  checkAnswer,
  type Given,
  type Sources,
} from '../../../server/offline/check-answer.ts'
import { AT, firstItem, keyOf, makeWorld, NOW_MS, type World } from '../verification/world.ts'
import { endpointOf, ITEM_REGISTRY } from './endpoint-of-world.ts'

/*
 * what the service says × what the phone finds
 * ├── verified · revoked · recalled · brand suspended, as the chain has it ...... confirmed, or unchecked where unverifiable
 * ├── endpoint down · of another chain · behind · none ......................... unchecked, never withdrawn
 * ├── one endpoint silent, one agrees .......................................... confirmed; both agree and one denies: withdrawn
 * ├── verified, and since then revoked ......................................... withdrawn
 * ├── pending, and since then final ............................................ unchecked: it has moved on
 * ├── no record ................................................................ unchecked: nothing to check
 * └── another registry than the one this phone knows ........................... withdrawn
 */

describe('an answer checked again on the phone', () => {
  let world: World
  let answer: Verdict
  let given: Given
  let seen: Seen
  let sources: Sources

  beforeEach(async () => {
    world = await makeWorld({ items: 9 })
    const { record } = firstItem(world)
    answer = await ask()
    const { contracts } = world.deps
    const keys = [{ ...world.receiptKey.publicJwk, kid: world.receiptKey.kid }]
    given = { answer, contracts: contracts(), keys }
    seen = {
      language: 'en',
      key: keyOf(record),
      shown: { verdict: 'verified', model: record.model, brand: 'Maison Exemple' },
      proofs: { tag: false, holder: false },
      nowMs: NOW_MS,
    }
    sources = { endpoints: [{ name: 'a', ask: endpointOf(world) }], registry: null }
  })

  const ask = (): Promise<Verdict> =>
    createVerification(world.deps).verify({ key: keyOf(firstItem(world).record), language: 'en' })
  const place = () => `${answer.chain?.root}:${answer.proof?.index}`
  const check = (over: Partial<Sources> = {}): Promise<AnswerCheck> =>
    checkAnswer(given, seen, { ...sources, ...over })
  const checkNow = async (): Promise<AnswerCheck> => {
    answer = await ask()
    given = { ...given, answer }
    seen = { ...seen, shown: { verdict: answer.verdict } }
    return check()
  }

  it('is confirmed where certificate, path, chain, words and receipt all follow', async () => {
    expect(await check()).to.deep.include({ outcome: 'confirmed', faults: [], doubt: null, own: 'verified' })
  })

  for (const verdict of ['revoked', 'recalled'] as const) {
    it(`is confirmed where the item is ${verdict}`, async () => {
      world.chain.over.set(place(), { [verdict]: true })
      expect(await checkNow()).to.deep.include({ outcome: 'confirmed', faults: [], own: verdict })
    })
  }

  it('is confirmed as not to be told where the brand is suspended', async () => {
    world.chain.over.set(place(), { brandSuspendedAtUnix: AT.timeUnix })
    expect(await checkNow()).to.deep.include({ outcome: 'confirmed', faults: [], own: 'unverifiable' })
  })

  it('is confirmed where an endpoint answered from another block once, and withdrawn where it goes on', async () => {
    const right = endpointOf(world)
    let wrongCalls = 1
    const moving: typeof right = async (method, params) => {
      const answered = await right(method, params)
      const result = String(answered)
      // An answer about the item, which is longer than an address: every word of it zero.
      if (method !== 'eth_call' || result.length <= 66 || wrongCalls === 0) return answered
      wrongCalls -= 1
      return `0x${'0'.repeat(result.length - 2)}`
    }
    const once = await check({ endpoints: [{ name: 'a', ask: moving }] })
    expect(once).to.deep.include({ outcome: 'confirmed', faults: [] })
    wrongCalls = 100
    expect((await check({ endpoints: [{ name: 'a', ask: moving }] })).outcome).to.equal('withdrawn')
  })

  it('is unchecked, never withdrawn, where no endpoint can tell', async () => {
    const silent = async (over: Parameters<typeof endpointOf>[1]) =>
      check({ endpoints: [{ name: 'x', ask: endpointOf(world, over) }] })
    const unsure = { outcome: 'unchecked', faults: [], doubt: 'no_endpoint', own: null }
    expect(await silent({ chainId: 1 })).to.deep.include(unsure)
    expect(await silent({ head: AT.blockNumber - 1 })).to.deep.include(unsure)
    expect(await check({ endpoints: [] })).to.deep.include(unsure)
    world.chain.down = true
    expect(await check()).to.deep.include(unsure)
  })

  it('is confirmed by the endpoint that answers, and withdrawn where one of two denies it', async () => {
    const mute = () => Promise.reject(new TypeError('not an endpoint'))
    const down = async () => {
      const other = await makeWorld({ items: 1 })
      other.chain.down = true
      return endpointOf(other)
    }
    const [good] = sources.endpoints
    const both = await check({ endpoints: [{ name: 'down', ask: await down() }, good!] })
    expect(both).to.deep.include({ outcome: 'confirmed', own: 'verified' })
    expect(both.endpoints.map((one) => one.silence)).to.deep.equal(['connection refused', null])
    const stranger = endpointOf(await makeWorld({ items: 9 }))
    const denied = await check({ endpoints: [good!, { name: 'stranger', ask: stranger }] })
    expect(denied.outcome).to.equal('withdrawn')
    expect(await check({ endpoints: [{ name: 'm', ask: mute }] }).catch((e: Error) => e.message)).to.equal(
      'not an endpoint',
    )
  })

  it('is withdrawn where the item was revoked since', async () => {
    world.chain.over.set(place(), { revoked: true })
    const found = await check()
    expect(found).to.deep.include({ outcome: 'withdrawn', own: 'revoked' })
    expect(found.faults).to.deep.include({ code: 'verdict', part: 'revoked' })
  })

  it('is unchecked where an anchor that was not final has become so', async () => {
    world.chain.over.set(place(), {
      anchor: {
        brandId: firstItem(world).house.brand.chainId,
        leafCount: 9,
        kind: 'items',
        anchoredAtUnix: NOW_MS / 1000 - 3_600,
        blockNumber: 100,
        confirmations: 24,
        final: false,
      },
    })
    expect(await checkNow()).to.deep.include({ outcome: 'unchecked', faults: [], doubt: 'moved_on' })
  })

  it('is unchecked where the service has no record, since there is nothing to compute', async () => {
    const key = { ...seen.key, serial: 'NEVER' } as ReturnType<typeof keyOf>
    answer = await createVerification(world.deps).verify({ key, language: 'en' })
    given = { ...given, answer }
    seen = { ...seen, key, shown: { verdict: 'not_registered' } }
    expect(await check()).to.deep.include({ outcome: 'unchecked', faults: [], doubt: 'no_proof' })
  })

  it('is withdrawn where it names another registry than this phone knows', async () => {
    expect(await check({ registry: `0x${'33'.repeat(20)}` })).to.deep.include({
      outcome: 'withdrawn',
      faults: [{ code: 'registry' }],
    })
    expect((await check({ registry: ITEM_REGISTRY })).outcome).to.equal('confirmed')
  })

  it('is withdrawn where the page shows something else than was answered', async () => {
    seen = { ...seen, shown: { ...seen.shown, model: 'Another bag' } }
    expect((await check()).faults).to.deep.equal([{ code: 'shown', part: 'model' }])
  })

  it('is withdrawn where it claims a chip or an owner that this page never asked', async () => {
    given = { ...given, answer: { ...answer, assurance: 'tag' } }
    expect((await check()).faults).to.deep.include({ code: 'assurance' })
  })
})
