import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../../db/connection.ts'
import type { Hex } from '../../kernel/bytes.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import { type PermitDocument, permitModel } from './permit.model.ts'
import type { PermitStore, StoredPermit } from './ports.ts'

export function permitStore(db: Connection): PermitStore {
  const model = permitModel(db)
  const find = async (filter: { _id: string } | { digest: string } | { holds: string }) => {
    const found = await model.findOne(filter).lean()
    return found && permitOf(found)
  }
  return {
    async insert({ id, item, ...permit }) {
      try {
        await model.create({ _id: id, ...item, ...permit, redeemedAtMs: null })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      const stored = await find({ digest: permit.digest })
      if (stored === null) throw new TypeError(`permit ${id} was stored and is not there`)
      return stored
    },
    find: (id) => find({ _id: id }),
    holder: (tokenId, nonce) => find({ holds: placeOf({ tokenId, nonce }) }),
    async spend({ id, tokenId, nonce }, atMs) {
      try {
        const change = { $set: { redeemedAtMs: atMs, holds: placeOf({ tokenId, nonce }) } }
        const done = await model.updateOne({ _id: id, redeemedAtMs: null }, change)
        return done.matchedCount === 1 ? 'spent' : 'spent_before'
      } catch (error) {
        if (isDuplicateKey(error)) return 'other_holds'
        throw error
      }
    },
    async release(id) {
      await model.updateOne({ _id: id }, { $unset: { holds: 1 }, $set: { released: true } })
    },
  }
}

function placeOf({ tokenId, nonce }: { tokenId: Hex; nonce: number }): string {
  return `${tokenId}:${nonce}`
}

/** The casts are what this store wrote. */
function permitOf(found: PermitDocument): StoredPermit {
  const { _id, digest, gtin, serial, tokenId, signer, signature, released, holds: _, ...rest } = found
  return {
    ...rest,
    id: _id,
    digest: digest as Hex,
    item: { gtin: gtin as Gtin, serial: serial as Serial },
    tokenId: tokenId as Hex,
    signer: signer as Hex,
    signature: signature as Hex,
    isReleased: released === true,
  }
}
