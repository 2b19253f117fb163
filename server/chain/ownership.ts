import { recoverAddress, TypedDataEncoder, type TypedDataField } from 'ethers'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import type { OwnershipChain, PermitStatus } from '../modules/ownership/ports.ts'
import {
  type ContractAddresses,
  contractInterfaces,
  encodeCall,
  explainRevert,
  revertData,
} from './contracts.ts'
import type { Heads } from './head.ts'
import { decodeStatesOf, encodeStatesOf } from './ownership-codec.ts'
import { callAt } from './pinned.ts'
import { type Rpc, unreachable } from './rpc.ts'

export type OwnershipChainOptions = {
  readonly rpc: Rpc
  readonly heads: Heads
  readonly relayer: Hex | null
  /** Throws `chain.not_ready`. */
  readonly deployment: () => { readonly chainId: number; readonly addresses: ContractAddresses }
}

const HEAD_FRESH_MS = 250
/** Order of `PermitStatus` in the contracts. */
const PERMIT_STATUSES: readonly PermitStatus[] = [
  'valid',
  'unknown_item',
  'stolen',
  'recovery_pending',
  'wrong_origin',
  'revoked',
  'recalled',
  'brand_suspended',
  'wrong_nonce',
  'expired',
  'not_owner',
  'bad_signature',
]
const abi = contractInterfaces.ItemOwnership

/** The ownership contract for the gateway: reads at the newest block, rehearsals of what the relayer is asked to send. */
export function createOwnershipChain(options: OwnershipChainOptions): OwnershipChain {
  const { rpc, heads, relayer, deployment } = options
  const contract = (): Hex => deployment().addresses.ItemOwnership
  const ask = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const data = encodeCall({ contract: 'ItemOwnership', method, args })
    const result = await rpc.call<Hex>('eth_call', [{ to: contract(), data }, 'latest']).catch(asUnreachable)
    return abi.decodeFunctionResult(method, result)[0]
  }
  return {
    place() {
      const { chainId, addresses } = deployment()
      return {
        chainId,
        contract: addresses.ItemOwnership,
        webAuthnVerifier: addresses.ERC7913WebAuthnVerifier,
        p256Verifier: addresses.ERC7913P256Verifier,
      }
    },
    async states(tokenIds) {
      const { block } = await heads.fresh(HEAD_FRESH_MS)
      const call = { to: contract(), data: encodeStatesOf(tokenIds) }
      const [result = '0x'] = await callAt(rpc, block, [call]).catch(asUnreachable)
      const states = decodeStatesOf(result, tokenIds.length)
      if (states === null) throw unreachable('the ownership contract is not at its address')
      return { at: block, states }
    },
    async rehearse({ method, args }) {
      const data = encodeCall({ contract: 'ItemOwnership', method, args })
      const call = { to: contract(), data, ...(relayer === null ? {} : { from: relayer }) }
      try {
        return Number(await rpc.call<string>('eth_estimateGas', [call]))
      } catch (error) {
        throw refusalOf(method, error)
      }
    },
    isOwnerSignature: async ({ tokenId, digest, signer, signature }) =>
      (await ask('isOwnerSignature', [tokenId, digest, signer, signature])) === true,
    async permitStatus({ permit, origin, signer, signature }) {
      const status = Number(await ask('permitStatus', [permit, origin, signer, signature]))
      const word = PERMIT_STATUSES[status]
      if (word === undefined) throw unreachable(`the ownership contract answered permit status ${status}`)
      return word
    },
    digest({ domain, types, message }) {
      const fields = types as Record<string, TypedDataField[]>
      return toHex(TypedDataEncoder.hash({ ...domain }, fields, { ...message }), 32)
    },
    recover(digest, signature) {
      try {
        return toHex(recoverAddress(digest, signature), 20)
      } catch {
        // Whatever is wrong with the bytes: nobody signed this.
        return null
      }
    },
  }
}

/** A revert as an error of its own code, its arguments by name; whatever else went wrong as it is. */
function refusalOf(method: string, error: unknown): unknown {
  const data = revertData(error)
  if (data === undefined)
    return isAppError(error, 'chain.rejected') ? unreachable(error.message, error) : error
  const { code, message, named } = explainRevert('ItemOwnership', method, data)
  return new AppError(code, message, { ...named }, { cause: error })
}

/** A view that the endpoint refuses tells nothing of the item. */
function asUnreachable(error: unknown): never {
  throw isAppError(error, 'chain.rejected') ? unreachable(error.message, error) : error
}
