import { type Connection, trusted } from 'mongoose'
import { isDuplicateKey } from '../db/connection.ts'
import type { Caller } from '../http/route.ts'
import { type AccountDocument, accountModel } from './account.model.ts'
import type { AccountStore } from './accounts.ts'

export function accountStore(db: Connection): AccountStore {
  const model = accountModel(db)
  return {
    async insert(account, keyHash, nowMs) {
      const { kind, id: accountId, name } = account
      try {
        await model.create({
          _id: `${kind}:${accountId}`,
          kind,
          accountId,
          name,
          keyHashes: [keyHash],
          createdAtMs: nowMs,
        })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    async pushKey(kind, id, keyHash, keysMax) {
      const room = { [`keyHashes.${keysMax - 1}`]: trusted({ $exists: false }) }
      const done = await model.updateOne({ _id: `${kind}:${id}`, ...room }, { $push: { keyHashes: keyHash } })
      return done.matchedCount === 1
    },
    byKeyHash: async (keyHash) => callerOf(await model.findOne({ keyHashes: keyHash }).lean()),
    find: async (kind, id) => callerOf(await model.findOne({ _id: `${kind}:${id}` }).lean()),
    async all(kind, limit) {
      const ofKind = { _id: trusted({ $gte: `${kind}:`, $lt: `${kind};` }) }
      const found = await model.find(ofKind).limit(limit).lean()
      return found.map(({ accountId: id, name }) => ({ kind, id, name }))
    },
  }
}

function callerOf(found: Pick<AccountDocument, 'kind' | 'accountId' | 'name'> | null): Caller | null {
  return found && { kind: found.kind, id: found.accountId, name: found.name }
}
