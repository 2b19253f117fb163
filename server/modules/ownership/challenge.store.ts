import type { Connection } from 'mongoose'
import type { Hex } from '../../kernel/bytes.ts'
import type { Gtin, Serial } from '../../kernel/gs1.ts'
import { type ChallengeDocument, challengeModel } from './challenge.model.ts'
import type { ChallengeStore, StoredChallenge } from './ports.ts'

/** Each step is a write on condition of the state before, so that a challenge is answered once and used once. */
export function challengeStore(db: Connection): ChallengeStore {
  const model = challengeModel(db)
  return {
    async insert({ id, item, proof: _none, ...rest }) {
      await model.create({ _id: id, ...item, ...rest, at: new Date(rest.deadline * 1000) })
    },
    async find(id) {
      const found = await model.findById(id).lean()
      return found && challengeOf(found)
    },
    async answer(id, { by, nonce }) {
      const change = { $set: { state: 'answered', by, itemNonce: nonce } }
      return (await model.updateOne({ _id: id, state: 'open' }, change)).matchedCount === 1
    },
    async spend(id) {
      const change = { $set: { state: 'spent' } }
      return (await model.updateOne({ _id: id, state: 'answered' }, change)).matchedCount === 1
    },
  }
}

/** The casts are what this store wrote. */
function challengeOf(found: ChallengeDocument): StoredChallenge {
  const { _id, gtin, serial, tokenId, itemId, nonce, secretDigest, deadline, state, by, itemNonce } = found
  return {
    id: _id,
    item: { gtin: gtin as Gtin, serial: serial as Serial },
    tokenId: tokenId as Hex,
    itemId: itemId as Hex,
    nonce: nonce as Hex,
    secretDigest,
    deadline,
    state,
    proof: by === undefined ? null : { by, nonce: itemNonce ?? 0 },
  }
}
