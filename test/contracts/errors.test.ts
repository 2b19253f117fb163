import { globSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { Interface } from 'ethers'
import { artifacts } from 'hardhat'
import { assertedErrors, assertedInSolidity } from './asserted-errors.ts'

const ROOT = new URL('../../', import.meta.url)
const sources = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT }).map((file) => readFileSync(new URL(file, ROOT), 'utf8'))

/** Mocks are tools of the tests, not of the product. */
const CONTRACTS = 'contracts/!(mocks)/*.sol'

/** Every error of our own, with how many values it has. */
async function declaredErrors(): Promise<Map<string, number>> {
  const names = globSync('contracts/interfaces/*.sol', { cwd: ROOT }).map((file) => file.slice(21, -4))
  const errors = new Map<string, number>()
  for (const name of names) {
    const { abi } = await artifacts.readArtifact(name)
    new Interface(abi).forEachError((fragment) => errors.set(fragment.name, fragment.inputs.length))
  }
  return errors
}

describe('errors of the contracts', () => {
  it('are declared in the interfaces, and nowhere else', async () => {
    const written = sources(CONTRACTS).flatMap((text) => [...text.matchAll(/^\s*error (\w+)\(/gm)])
    const names = written.map(([, name]) => name)
    expect(names.sort()).to.deep.equal([...(await declaredErrors()).keys()].sort())
    expect(names).to.have.length.greaterThan(80)
  })

  it('are each expected somewhere, by name and by all values', async () => {
    const asserted = [
      ...assertedErrors(sources('test/contracts/**/*.ts')),
      ...sources('test/contracts/**/*.sol').flatMap(assertedInSolidity),
    ]
    const missing = [...(await declaredErrors())].filter(
      ([error, count]) =>
        !asserted.some(({ name, values }) => name === error && (values === null || values === count)),
    )
    expect(missing.map(([name]) => name)).to.deep.equal([])
  })

  it('are not taken for expected when only their name is there, or too few of their values', () => {
    const direct = `expect(sent).to.be.revertedWithCustomError(a, 'Plain').withArgs(1, 2)`
    const nameless = `expect(sent).to.be.revertedWithCustomError(a, 'Bare'); const text = 'Other'`
    const helped = `
      const check = (sent: unknown, error: string, ...values: unknown[]) =>
        expect(sent).to.be.revertedWithCustomError(a, \`Outer\${error}\`).withArgs(...values)
      const around = (error: string, ...values: unknown[]) => check(1, error, ...values)
      around('Inner', 1)
      check(0, 'Deep')`
    const found = assertedErrors([direct, nameless, helped])
    expect(found).to.deep.include.members([
      { name: 'Plain', values: 2 },
      { name: 'OuterInner', values: 1 },
      { name: 'OuterDeep', values: 0 },
    ])
    expect(found.map(({ name }) => name)).to.not.include.members(['Bare', 'Other'])
    const solidity = 'VM.expectRevert(abi.encodeWithSelector(IVault.Late.selector, id, 5));'
    expect(assertedInSolidity(solidity)).to.deep.equal([{ name: 'Late', values: 2 }])
    expect(assertedInSolidity('VM.expectRevert(IVault.Late.selector);')).to.deep.equal([])
  })
})
