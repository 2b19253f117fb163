import { expect } from 'chai'
import { AbiCoder, id, keccak256 } from 'ethers'
import { itemOwnershipAbi } from '../../../server/chain/abi/item-ownership.ts'
import { contractInterfaces, explainRevert } from '../../../server/chain/contracts.ts'
import { statusOf } from '../../../server/http/problem.ts'
import type { Hex } from '../../../server/kernel/bytes.ts'
import { AppError } from '../../../server/kernel/errors.ts'
import { OWNERSHIP_ERRORS, REFUSALS, tokenIdOf } from '../../../server/modules/ownership/index.ts'
import { actMessage } from '../../../server/modules/ownership/messages.ts'
import { ACTS } from '../../../server/modules/ownership/types.ts'
import { MESSAGES } from '../../contracts/ownership/owners.ts'

const CONTRACT: Hex = `0x${'ab'.repeat(20)}`
const ANY = {
  owner: '0x',
  newOwner: '0x',
  to: '0x',
  nonce: '1',
  deadline: '2',
  expiry: '3',
  marketplace: '0x',
  listing: '0x',
}

describe('messages of ownership', () => {
  it('have the types that the contract is tested with, each of them', () => {
    const seen = ACTS.map((act) => {
      const { primaryType, types } = actMessage(
        act,
        { chainId: 1, contract: CONTRACT },
        { tokenId: '0x05', ...ANY },
      )
      expect(types[primaryType], act).to.deep.equal(MESSAGES[primaryType as keyof typeof MESSAGES])
      return primaryType
    })
    expect(seen.toSorted()).to.deep.equal(Object.keys(MESSAGES).toSorted())
  })

  it('name chain and contract in their domain, and the token in decimal', () => {
    const { domain, message } = actMessage(
      'report_stolen',
      { chainId: 7, contract: CONTRACT },
      { tokenId: '0x0f', ...ANY },
    )
    expect(domain).to.deep.equal({
      name: 'Cachet ItemOwnership',
      version: '1',
      chainId: 7,
      verifyingContract: CONTRACT,
    })
    expect(message).to.deep.equal({ tokenId: '15', nonce: '1', deadline: '2' })
  })

  it('give the token id that the contract gives', () => {
    const [brand, item] = [id('brand') as Hex, id('item') as Hex]
    const expected = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes32'], [brand, item]))
    expect(tokenIdOf(brand, item)).to.equal(expected)
  })
})

describe('refusals of the ownership contract', () => {
  it('have a code of their own each, none is missing and none too many', () => {
    const names = itemOwnershipAbi.flatMap((line) => /^error (ItemOwnership\w+)\(/.exec(line)?.[1] ?? [])
    const codes = names.map((name) => {
      const error = contractInterfaces.ItemOwnership.getError(name)
      const zeros =
        error?.inputs.map((input) =>
          input.type === 'bytes'
            ? '0x'
            : input.type === 'address'
              ? CONTRACT
              : input.type === 'bytes32'
                ? id('')
                : 0,
        ) ?? []
      const data = contractInterfaces.ItemOwnership.encodeErrorResult(name, zeros) as Hex
      return explainRevert('ItemOwnership', 'claim', data).code
    })
    expect(Object.keys(REFUSALS).toSorted()).to.deep.equal(codes.toSorted())
  })

  it('and all other codes of this module become an answer to the caller, never a fault of ours', () => {
    for (const code of Object.keys(OWNERSHIP_ERRORS)) {
      expect(statusOf(new AppError(code, '')), code).to.be.within(400, 499)
    }
  })
})
