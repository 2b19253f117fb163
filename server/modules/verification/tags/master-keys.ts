import type { Clock } from '../../../kernel/clock.ts'
import { AppError } from '../../../kernel/errors.ts'
import { newId } from '../../../kernel/ids.ts'
import { KEY_BYTES, type MasterKeys, requireSecret } from './chip-keys.ts'
import { aesCmac } from './cmac.ts'
import type { KeySet, KeySetStore } from './ports.ts'

export type SoftwareKeysDeps = {
  readonly keySets: KeySetStore
  /** Encrypts master keys before they are stored (implemented by `keys/vault.ts`). */
  readonly secrets: {
    seal(purpose: string, plain: Uint8Array): Buffer
    open(purpose: string, sealed: Uint8Array): Buffer
  }
  readonly clock: Clock
  readonly random: (bytes: number) => Buffer
}

/** Gives brands master keys. Where an HSM holds them, it makes and names the sets, and this is put in front of it. */
export type KeyMaker = {
  /** The set that chips bound now use; made where the brand has none. */
  current(brandId: string, by: string): Promise<KeySet>
  /** Keeps a master key that the brand brings, for chips written elsewhere; throws `tag.bad_key`. */
  bring(brandId: string, master: Buffer, by: string): Promise<KeySet>
}

const PURPOSE = 'tag-master-key'

/** Master keys sealed in the store and opened in this process for one CMAC at a time. */
export function createSoftwareKeys(deps: SoftwareKeysDeps): MasterKeys & KeyMaker {
  const { keySets, secrets, clock } = deps
  const keep = async (brandId: string, master: Buffer, origin: KeySet['origin'], by: string) => {
    const sealed = secrets.seal(purposeOf(brandId), requireSecret(master))
    const keySet = { id: newId('tks'), brandId, sealed, origin, createdAtMs: clock.nowMs(), by }
    await keySets.insert(keySet)
    return keySet
  }
  return {
    async cmac(keySetId, message) {
      const keySet = await keySets.find(keySetId)
      if (keySet === null) {
        throw new AppError('tag.keys_unavailable', 'the master key of this chip is not here', { keySetId })
      }
      return aesCmac(requireSecret(secrets.open(purposeOf(keySet.brandId), keySet.sealed)), message)
    },
    async current(brandId, by) {
      return (await keySets.current(brandId)) ?? (await keep(brandId, deps.random(KEY_BYTES), 'made', by))
    },
    bring: (brandId, master, by) => keep(brandId, master, 'brought', by),
  }
}

/** The brand is authenticated with the key, so that no set can be passed off as another brand's. */
function purposeOf(brandId: string): string {
  return `${PURPOSE}:${brandId}`
}
