import { type Fault, openFsck } from '../../chain/fsck/index.ts'
import { readConfig } from '../../config/config.ts'
import { openDb } from '../../db/connection.ts'
import { systemClock } from '../../kernel/clock.ts'
import { CloseStack } from '../../kernel/close-stack.ts'
import { silentLog } from '../../kernel/log.ts'
import { batchFaults, repairBatches } from '../batch-facts.ts'
import { type Command, EXIT, type Given } from '../command.ts'
import { DATA_FLAG } from '../data-file.ts'

export const fsck: Command = {
  name: 'fsck',
  usage: 'fsck [--data DIR] [--repair]',
  summary: 'Rebuilds every public fact from the chain and compares it with the store, hash for hash.',
  flags: {
    ...DATA_FLAG,
    repair: { type: 'boolean', help: 'make the store what the chain says' },
  },
  notes: [
    'Compared are: every anchor, revocation and recall; the transactions of the gateway; the newest final block; and of',
    'each batch its root, computed anew from its items, with brand, number of items and transaction of its anchor.',
    'What the chain tells is proven complete first, by the running hash that the contract keeps for each brand.',
    'Store and chain are those that the service would use (MONGODB_URI, CHAIN_RPC_URL, CHAIN_RPC_QUORUM,',
    'CHAIN_CONFIRMATIONS, CACHET_DEPLOYMENTS_DIR, CACHET_DATA_DIR). Stop the service first. Nothing is sent to the chain.',
    'With --repair the feed of events goes on with new numbers, and transactions that the chain does not have count as',
    'sent: the service sends them again when it starts. Items are not changed: restore them from a backup.',
    'Exit: 0 all agree (or do after the repair), 1 they differ, 3 it could not be found out.',
  ],
  run: check,
}

async function check(given: Given): Promise<number> {
  const data = given.text('data')
  const config = readConfig(given.env, data === undefined ? {} : { data })
  const opened = new CloseStack()
  try {
    const { dataDir } = config
    const db = opened.add(await openDb({ uri: config.db.uri, dataDir, log: silentLog }))
    const { connection } = db
    const chain = opened.add(
      await openFsck({
        config: { ...config.chain, dataDir },
        db: connection,
        log: silentLog,
        clock: systemClock,
      }),
    )
    const look = async () => {
      const examined = await chain.examine()
      const batches = await batchFaults(connection, examined.events)
      return { examined, batches, faults: [...examined.faults, ...batches.faults] }
    }
    const first = await look()
    const isRepairing = given.on('repair') && first.faults.length > 0
    if (isRepairing) {
      await chain.repair(first.examined)
      await repairBatches(connection, first.batches)
    }
    const last = isRepairing ? await look() : first
    tell(given, { first, last, isRepairing })
    return last.faults.length === 0 ? EXIT.good : EXIT.bad
  } finally {
    await opened.closeAll()
  }
}

type Look = {
  readonly examined: Awaited<ReturnType<Awaited<ReturnType<typeof openFsck>>['examine']>>
  readonly batches: Awaited<ReturnType<typeof batchFaults>>
  readonly faults: readonly Fault[]
}

function tell(
  { io, on }: Given,
  { first, last, isRepairing }: { first: Look; last: Look; isRepairing: boolean },
): void {
  const { counts, behind, at } = last.examined
  const block = { number: at.block.blockNumber, hash: at.block.blockHash }
  const compared = { ...counts, batches: last.batches.count, items: last.batches.items }
  if (on('json')) {
    const faults = { faults: first.faults, ...(isRepairing ? { left: last.faults } : {}) }
    return io.out(JSON.stringify({ block, compared, behind, repaired: isRepairing, ...faults }))
  }
  for (const { fact, id, stored, chain } of first.faults) {
    io.out(`✕ ${fact} ${id}`)
    io.out(`    store  ${stored ?? 'nothing'}`)
    io.out(`    chain  ${chain ?? 'nothing'}`)
  }
  if (isRepairing) io.out(`repaired; ${last.faults.length} of ${first.faults.length} differences are left`)
  const all = Object.entries(compared).map(([name, count]) => `${count} ${name}`)
  const ahead = behind > 0 ? `; ${behind} newer events will be followed by the service` : ''
  const verdict = last.faults.length === 0 ? '✓ store and chain agree' : `✕ ${last.faults.length} differences`
  io.out(`${verdict} at block ${block.number}: ${all.join(', ')}${ahead}`)
}
