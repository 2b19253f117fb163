import {
  account,
  claimArgs,
  first,
  itemAt,
  possess,
  RECOVERY_DELAY,
  Reporter,
  startRecovery,
} from '../ownership/world.ts'
import { type Ethers, send } from '../support.ts'
import { type All, ownerWord, pass, type Row, refusal, type Table, WHO } from './world.ts'

const tokenOf = (all: All): bigint => first(all).tokenId
const recovering = async (all: All) => startRecovery(all, first(all), await all.newOwner.getAddress())
const byOwnerOrBrand = {
  may: ['owner', 'admin', 'anchorer'],
  otherwise: (caller: string, all: All) => refusal('ItemOwnershipNotAuthorized', tokenOf(all), caller),
} as const
const notReporter = (_caller: string, all: All) =>
  refusal('ItemOwnershipReportedByOther', tokenOf(all), Reporter.Owner)
const moving = (...more: string[]): Row => ({
  may: ['owner', 'approved', 'delegate'],
  otherwise: (caller, all) => refusal('ERC721InsufficientApproval', caller, tokenOf(all)),
  args: (all) => [all.owner, all.former, tokenOf(all), ...more],
})

export const itemOwnership = (ethers: Ethers): Table => ({
  claim: {
    may: WHO,
    args: async (all) => claimArgs(all, itemAt(all, 1), await all.newOwner.getAddress()),
  },
  transferWithSignature: {
    may: WHO,
    args: async (all) => {
      const to = (await account(all.newOwner)).bytes
      return [tokenOf(all), to, await ownerWord(all, 'Transfer', to)]
    },
  },
  reportStolen: { ...byOwnerOrBrand, args: (all) => [tokenOf(all)] },
  reportStolenWithSignature: {
    may: WHO,
    args: async (all) => [tokenOf(all), await ownerWord(all, 'ReportStolen')],
  },
  reportRecovered: {
    ...byOwnerOrBrand,
    may: ['owner'],
    except: { admin: notReporter, anchorer: notReporter },
    args: (all) => [tokenOf(all)],
    before: (all) => send(all.ownership, all.owner, 'reportStolen', tokenOf(all)),
  },
  reportRecoveredWithSignature: {
    may: WHO,
    args: async (all) => [tokenOf(all), await ownerWord(all, 'ReportRecovered')],
    before: (all) => send(all.ownership, all.owner, 'reportStolen', tokenOf(all)),
  },
  startRecovery: {
    ...byOwnerOrBrand,
    may: ['admin', 'anchorer'],
    args: async (all) => {
      const { origin, tokenId } = first(all)
      const to = (await account(all.newOwner)).bytes
      return [tokenId, origin, to, await possess(all, first(all), to)]
    },
  },
  cancelRecovery: { ...byOwnerOrBrand, args: (all) => [tokenOf(all)], before: recovering },
  cancelRecoveryWithSignature: {
    may: WHO,
    args: async (all) => [tokenOf(all), await ownerWord(all, 'CancelRecovery')],
    before: recovering,
  },
  finishRecovery: {
    may: WHO,
    args: (all) => [tokenOf(all)],
    before: async (all) => {
      await recovering(all)
      await pass(ethers, RECOVERY_DELAY / 86_400)
    },
  },
  approve: {
    may: ['owner', 'delegate'],
    otherwise: (caller) => refusal('ERC721InvalidApprover', caller),
    args: (all) => [all.stranger, tokenOf(all)],
  },
  // Of the caller's own tokens only.
  setApprovalForAll: { may: WHO, args: (all) => [all.stranger, true] },
  transferFrom: moving(),
  'safeTransferFrom(address,address,uint256)': moving(),
  'safeTransferFrom(address,address,uint256,bytes)': moving('0x'),
})
