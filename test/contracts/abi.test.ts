import { readFileSync } from 'node:fs'
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
})
