import type { Connection } from 'mongoose'
import { isDuplicateKey } from '../db/connection.ts'
import { bufferOf } from '../kernel/bytes.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Es256Key, exportPkcs8, generateEs256, importEs256, type PublicJwk } from './es256.ts'
import { gatewayKeyModel } from './gateway-key.model.ts'
import type { Vault } from './vault.ts'

/** The gateway's own keys of one purpose: the current one signs, all verify. */
export type GatewayKeys = {
  readonly current: Es256Key
  readonly publicJwks: readonly (PublicJwk & { kid: string; alg: 'ES256'; use: 'sig' })[]
}

const KEYS_MAX = 50

/** Loads the keys of a purpose, making the first where there is none. Two gateways starting at once agree on one. */
export async function gatewayKeys(
  db: Connection,
  vault: Vault,
  clock: Clock,
  purpose: string,
): Promise<GatewayKeys> {
  const model = gatewayKeyModel(db)
  const load = () => model.find({ purpose }).sort({ createdAtMs: -1, _id: 1 }).limit(KEYS_MAX).lean()
  let stored = await load()
  if (stored.length === 0) {
    const key = await generateEs256()
    const sealed = vault.seal(`gateway-key:${purpose}`, exportPkcs8(key.privateKey))
    try {
      await model.create({
        _id: key.kid,
        purpose,
        sealed,
        publicJwk: key.publicJwk,
        createdAtMs: clock.nowMs(),
      })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
    stored = await load()
  }
  const newest = stored[0]
  if (newest === undefined) throw new TypeError(`no ${purpose} key after making one`)
  const current = await importEs256(vault.open(`gateway-key:${purpose}`, bufferOf(newest.sealed)))
  return {
    current,
    publicJwks: stored.map((k) => ({ ...k.publicJwk, kid: k._id, alg: 'ES256', use: 'sig' })),
  }
}
