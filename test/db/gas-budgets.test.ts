import { expect } from 'chai'
import { openDb, ready } from '../../server/db/connection.ts'
import { CloseStack } from '../../server/kernel/close-stack.ts'
import { AppError } from '../../server/kernel/errors.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { type Payers, payGas } from '../../server/modules/ownership/gas.ts'
import { gasBudgetModel } from '../../server/modules/ownership/gas-budget.model.ts'
import { gasBudgetStore } from '../../server/modules/ownership/gas-budget.store.ts'
import { tempDir } from '../support/temp-dir.ts'

/*
 * the brand's · the person's · the item's · the network's gas is used up │ on the next day there is some again
 * one act is paid from all accounts or from none │ many at once never spend more than the limit
 */
describe('gas paid by the relayer', () => {
  const opened = new CloseStack()
  let deps: Parameters<typeof payGas>[0]
  const clock = { now: Date.parse('2026-11-25T12:00:00Z') }
  const LIMITS = { brand: 1_000, person: 300, item: 200 }

  before(async () => {
    const folder = await tempDir()
    opened.add({ close: folder.remove })
    const db = opened.add(await openDb({ dataDir: folder.path, log: silentLog }))
    await ready([gasBudgetModel(db.connection)] as never[])
    deps = {
      budgets: gasBudgetStore(db.connection),
      limits: LIMITS,
      clock: { nowMs: () => clock.now },
      pseudonymKey: Buffer.alloc(32, 1),
    }
  })
  after(() => opened.closeAll())

  let number = 0
  const payers = (over: Partial<Payers> = {}): Payers => {
    number += 1
    return {
      brandId: `b${number}`,
      tokenId: `t${number}`,
      account: `a${number}`,
      network: `n${number}`,
      ...over,
    }
  }
  const refusal = async (who: Payers, amount: number): Promise<unknown> => {
    try {
      await payGas(deps, who, amount)
      return null
    } catch (error) {
      if (error instanceof AppError) return [error.code, error.data['limitOf'], error.data['limit']]
      throw error
    }
  }

  it('ends at the limit of the item, the person, the brand and the network, each on its own', async () => {
    const item = payers({ tokenId: 'one item' })
    expect(await refusal(item, 200)).to.equal(null)
    expect(await refusal(payers({ tokenId: 'one item' }), 1)).to.deep.equal([
      'ownership.gas_too_many',
      'item',
      200,
    ])
    for (const amount of [150, 150])
      expect(await refusal(payers({ account: 'one person' }), amount)).to.equal(null)
    expect(await refusal(payers({ account: 'one person' }), 1)).to.deep.equal([
      'ownership.gas_too_many',
      'person',
      300,
    ])
    for (let i = 0; i < 5; i++) expect(await refusal(payers({ brandId: 'one brand' }), 200)).to.equal(null)
    expect(await refusal(payers({ brandId: 'one brand' }), 1)).to.deep.equal([
      'ownership.gas_too_many',
      'brand',
      1_000,
    ])
    for (let i = 0; i < 15; i++) expect(await refusal(payers({ network: 'one network' }), 200)).to.equal(null)
    expect(await refusal(payers({ network: 'one network' }), 1)).to.deep.equal([
      'ownership.gas_too_many',
      'network',
      3_000,
    ])
  })

  it('takes nothing from anybody where one of them has too little', async () => {
    const brandId = 'untouched'
    await payGas(deps, payers({ network: null, account: 'poor' }), 200)
    expect(await refusal(payers({ brandId, account: 'poor' }), 200)).to.deep.equal([
      'ownership.gas_too_many',
      'person',
      300,
    ])
    for (let i = 0; i < 5; i++) expect(await refusal(payers({ brandId }), 200)).to.equal(null)
    expect(await refusal(payers({ brandId }), 1)).to.deep.equal(['ownership.gas_too_many', 'brand', 1_000])
  })

  it('spends no more than the limit when many come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => refusal(payers({ brandId: 'crowd' }), 100)),
    )
    expect(answers.filter((answer) => answer === null)).to.have.length(10)
  })

  it('begins anew on the next day', async () => {
    const who = { account: 'tomorrow' }
    await payGas(deps, payers(who), 200)
    expect(await refusal(payers(who), 200)).to.deep.equal(['ownership.gas_too_many', 'person', 300])
    clock.now += 12 * 60 * 60 * 1000
    expect(await refusal(payers(who), 200)).to.equal(null)
  })
})
