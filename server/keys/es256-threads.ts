import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { gathered } from '../kernel/gather.ts'
import type { SignTask, VerifyOne, VerifyTask } from './es256.worker.ts'

/** ES256 on threads of its own. Handing over one signature costs as much as making it, so they go in groups. */
export type Es256Threads = {
  /** False for a wrong signature, one of another length than 64 bytes, and the high-s twin of a right one. */
  verify(signed: Signed, publicKey: KeyObject): Promise<boolean>
  /** Signs with one key: the 64 bytes in base64url, with the low s. */
  signer(privateKey: KeyObject): (input: string) => Promise<string>
  close(): Promise<void>
}

type Signed = { readonly signingInput: string; readonly signature: Uint8Array }

const THREADS_MAX = 4
/** Some 4 ms of work, so that one group does not hold up the next for long. */
const GROUP_MAX = 64

export function startEs256Threads(): Es256Threads {
  const threads = Math.max(1, Math.min(THREADS_MAX, availableParallelism() - 1))
  const pool = new Piscina({
    filename: new URL('./es256.worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
  })
  const options = { groupMax: GROUP_MAX, underWayMax: threads + 1 }
  const verify = gathered(async (asked: { signed: Signed; publicKey: KeyObject }[]): Promise<boolean[]> => {
    const keys = [...new Set(asked.map((one) => one.publicKey))]
    const places = new Map(keys.map((key, i) => [key, i]))
    const checks = asked.map(
      ({ signed, publicKey }): VerifyOne => ({
        key: places.get(publicKey) ?? 0,
        input: signed.signingInput,
        signature: signed.signature,
      }),
    )
    return pool.run({ keys, checks } satisfies VerifyTask, { name: 'verifyAll' })
  }, options)
  return {
    verify: (signed, publicKey) => verify({ signed, publicKey }),
    signer: (key) =>
      gathered(
        (inputs: string[]): Promise<string[]> =>
          pool.run({ key, inputs } satisfies SignTask, { name: 'signAll' }),
        options,
      ),
    close: () => pool.destroy(),
  }
}
