import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { Interface } from 'ethers'
import { artifacts } from 'hardhat'
import { brandRegistryAbi } from '../../server/chain/abi/brand-registry.ts'
import { itemRegistryAbi } from '../../server/chain/abi/item-registry.ts'
import { REVOCATION_REASONS } from '../../server/kernel/chain-facts.ts'

const ABIS = { BrandRegistry: brandRegistryAbi, ItemRegistry: itemRegistryAbi }

describe('contract interfaces', () => {
  for (const [name, lines] of Object.entries(ABIS)) {
    it(`${name} is compiled to what the gateway expects`, async () => {
      const { abi } = await artifacts.readArtifact(name)
      expect(new Interface(abi).format()).to.deep.equal([...lines])
    })
  }

  it('names the reasons as the gateway does, in the same order', () => {
    const source = readFileSync(new URL('../../contracts/types/ItemTypes.sol', import.meta.url), 'utf8')
    const names =
      /enum Reason \{([^}]*)\}/
        .exec(source)?.[1]
        ?.split(',')
        .map((name) => name.trim()) ?? []
    const snake = names.map((name) =>
      name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
    )
    expect(snake).to.deep.equal([...REVOCATION_REASONS])
  })

  it('every error of ours is expected by a test', () => {
    const folder = new URL('.', import.meta.url)
    const tests = readdirSync(folder).filter((file) => file.endsWith('.test.ts'))
    const text = tests.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n')
    const errors = Object.values(ABIS).flatMap((lines) =>
      [...new Interface(lines).fragments].filter((f) => f.type === 'error'),
    )
    const names = errors.map((fragment) => fragment.format('minimal').replace(/^error (\w+).*$/, '$1'))
    const ours = names.filter((name) => /^(Brand|Item)Registry/.test(name))
    expect(ours).to.have.length.greaterThan(25)
    expect(ours.filter((name) => !text.includes(`'${name}'`))).to.deep.equal([])
  })
})
