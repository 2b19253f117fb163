import { openChain } from '../../server/chain/index.ts'
import { openDb } from '../../server/db/connection.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import type { ChainCall } from '../../server/kernel/chain-facts.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'

/** What a gateway of its own process is given, and what it is asked to write. */
export type GatewaySettings = {
  readonly storeUri: string
  readonly rpcUrl: string
  readonly folder: string
  readonly keys: { readonly deployerKey: Hex; readonly relayerKey: Hex }
}
export type WriteOrder = { readonly id: string; readonly call: ChainCall }

const { storeUri, rpcUrl, folder, keys } = JSON.parse(process.argv[2] ?? '{}') as GatewaySettings
const db = await openDb({ uri: storeUri, dataDir: folder, log: silentLog })
const chain = await openChain({
  config: {
    ...keys,
    rpcUrls: [rpcUrl],
    rpcQuorum: null,
    dataDir: folder,
    confirmations: 2,
    pollMs: 100,
    tokenBaseUri: 'https://cachet.example/token/',
    deploymentsDir: `${folder}/deployments`,
  },
  db: db.connection,
  log: silentLog,
  clock: systemClock,
  timing: { resendMs: 500, bumpMs: 5_000, hurryMs: 200 },
})
// Each acknowledged write is on disk; the rest is the business of whichever gateway lives.
process.on('message', ({ id, call }: WriteOrder) => {
  void chain.writer.submit(id, call).then(() => process.send?.({ id }))
})
process.once('disconnect', () => process.exit())
process.send?.({ id: 'ready' })
