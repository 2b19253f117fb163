import { expect } from 'chai'
import { type BaseContract, type FunctionFragment, id } from 'ethers'
import { artifacts, network } from 'hardhat'
import { LEDGER_OPERATOR_FUNCTIONS, OPERATOR_FUNCTIONS } from '../../../server/chain/deploy-steps.ts'
import { first } from '../ownership/world.ts'
import { ask, BRAND, refused, send, wordsOf } from '../support.ts'
import { ENFORCEMENT_LEDGER, escrowVault } from './market.ts'
import { itemOwnership } from './ownership.ts'
import { BRAND_REGISTRY, ITEM_REGISTRY } from './registries.ts'
import { nothing, OF_KNOWN } from './views.ts'
import {
  type All,
  CONTRACTS,
  type ContractName,
  deployEverything,
  type Row,
  type Table,
  WHO,
} from './world.ts'

const { ethers, networkHelpers } = await network.create()

const TABLES: Readonly<Record<ContractName, Table>> = {
  BrandRegistry: BRAND_REGISTRY,
  ItemRegistry: ITEM_REGISTRY,
  ItemOwnership: itemOwnership(ethers),
  EscrowVault: escrowVault(ethers),
  EnforcementLedger: ENFORCEMENT_LEDGER,
}
const NAMES = Object.keys(TABLES) as ContractName[]
const DONE = 'may'

/*
 * every external function of the five contracts × everybody: done, or refused by this error with these values
 */
describe('who may call what', () => {
  const fixture = () => deployEverything(ethers)
  const load = () => networkHelpers.loadFixture(fixture)

  for (const name of NAMES) {
    const contractOf = (all: All): BaseContract => all[CONTRACTS[name]]

    it(`${name}: the table has every function that changes something, and no other`, async () => {
      const functions = await functionsOf(name)
      const writes = functions.filter((fragment) => !fragment.constant).map((f) => keyOf(f, functions))
      expect(writes.sort()).to.deep.equal(Object.keys(TABLES[name]).sort())
    })

    for (const [method, row] of Object.entries(TABLES[name])) {
      it(`${name}.${method}: ${row.may.length === WHO.length ? 'anybody' : row.may.join(', ') || 'nobody'}`, async () => {
        const all = await load()
        await row.before?.(all)
        const args = (await row.args(all)) as unknown[]
        const cells: Record<string, unknown> = {}
        const expected: Record<string, unknown> = {}
        for (const who of WHO) {
          const call = contractOf(all).connect(all[who]).getFunction(method)
          const overrides = row.value === undefined ? [] : [{ value: row.value }]
          const before = await networkHelpers.takeSnapshot()
          cells[who] = await outcomeOf(contractOf(all), () => call(...args, ...overrides))
          await before.restore()
          expected[who] = await expectedOf(all, row, who)
        }
        expect(cells).to.deep.equal(expected)
      })
    }

    it(`${name}: everybody gets the same answer from every view`, async () => {
      const all = await load()
      const functions = await functionsOf(name)
      for (const view of functions.filter((fragment) => fragment.constant)) {
        const known = OF_KNOWN[view.name] === 'owner' ? all.owner : first(all).tokenId
        const args = view.name in OF_KNOWN ? [known] : view.inputs.map(nothing)
        const answers = new Set<string>()
        for (const who of WHO) {
          const call = contractOf(all).connect(all[who]).getFunction(keyOf(view, functions))
          answers.add(String(await call.staticCall(...args)))
        }
        expect([...answers], view.name).to.have.length(1)
      }
    })
  }

  it('the functions for the operator are those that a deployment gives to it', () => {
    const restricted = (table: Table) =>
      Object.keys(table).filter((method) => table[method]?.may.join() === 'operator')
    expect(restricted(BRAND_REGISTRY).sort()).to.deep.equal([...OPERATOR_FUNCTIONS].sort())
    expect(restricted(ENFORCEMENT_LEDGER).sort()).to.deep.equal([...LEDGER_OPERATOR_FUNCTIONS].sort())
  })

  it('an account that is no longer allowed may not anchor, revoke, recall or speak for the brand', async () => {
    const all = await load()
    const { items, brands, ownership, admin, anchorer } = all
    await send(brands, admin, 'setAnchorer', BRAND, anchorer, false)
    const caller = await anchorer.getAddress()
    const calls = {
      anchor: [BRAND, id('new root'), 1, 0],
      revoke: [first(all).root, wordsOf(1), 0],
      recall: [first(all).root, wordsOf(1), 0],
    }
    for (const [method, args] of Object.entries(calls)) {
      const sent = items.connect(anchorer).getFunction(method)(...args)
      await refused(items, sent, 'ItemRegistryNotAuthorized', BRAND, caller)
    }
    const { tokenId } = first(all)
    const sent = ownership.connect(anchorer).getFunction('reportStolen')(tokenId)
    await refused(ownership, sent, 'ItemOwnershipNotAuthorized', tokenId, caller)
    expect(await ask(brands, 'isAnchorer', BRAND, caller)).to.equal(false)
  })
})

async function functionsOf(name: ContractName): Promise<FunctionFragment[]> {
  const { abi } = await artifacts.readArtifact(name)
  const functions: FunctionFragment[] = []
  new ethers.Interface(abi).forEachFunction((fragment) => functions.push(fragment))
  return functions
}

/** The function's name, with its types where there are several of the name. */
function keyOf(fragment: FunctionFragment, functions: readonly FunctionFragment[]): string {
  const namesakes = functions.filter(({ name }) => name === fragment.name)
  return namesakes.length === 1 ? fragment.name : fragment.format('sighash')
}

async function expectedOf(all: All, row: Row, who: (typeof WHO)[number]): Promise<unknown> {
  if (row.may.includes(who)) return DONE
  const refuse = row.except?.[who] ?? row.otherwise
  if (refuse === undefined) throw new Error('a row for some does not say how the others are refused')
  const { name, values } = refuse(await all[who].getAddress(), all)
  return [name, ...values.map(String)]
}

/** What came of a call: done, or the error and its values. */
async function outcomeOf(contract: BaseContract, call: () => Promise<unknown>): Promise<unknown> {
  try {
    const sent = (await call()) as { wait(): Promise<{ status: number } | null> }
    return (await sent.wait())?.status === 1 ? DONE : 'no receipt'
  } catch (error) {
    const { data } = error as { data?: unknown }
    const decoded = typeof data === 'string' ? contract.interface.parseError(data) : null
    if (decoded === null) throw error
    return [decoded.name, ...decoded.args.map(String)]
  }
}
