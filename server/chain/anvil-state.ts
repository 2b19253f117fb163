import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { bytesOf, type Hex } from '../kernel/bytes.ts'
import { messageOf } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import type { Rpc } from './rpc.ts'

const SAVED = 'state.json.gz'
const LOADED = 'state.json'

/**
 * Asks the devnet for its state and keeps it, so that a crash at any moment leaves the old file or the new. (The
 * program's own `--state-interval` writes in place: a kill in the middle leaves half a file.)
 */
export async function saveState(rpc: Rpc, folder: string): Promise<void> {
  const dump = await rpc.call<Hex>('anvil_dumpState', [])
  const draft = join(folder, `${SAVED}.draft`)
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(bytesOf(dump))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, join(folder, SAVED))
}

/**
 * Unpacks the saved state and returns the file to load, or null where there is none. A damaged file is set aside: the
 * chain then starts empty, and the deployment journal and the outbox send everything again.
 */
export function unpackState(folder: string, log: Logger): string | null {
  const saved = join(folder, SAVED)
  if (!existsSync(saved)) return null
  try {
    const loaded = join(folder, LOADED)
    writeFileSync(loaded, gunzipSync(readFileSync(saved)), { mode: 0o600 })
    return loaded
  } catch (error) {
    renameSync(saved, `${saved}.damaged`)
    log.error(
      { file: `${saved}.damaged`, reason: messageOf(error) },
      'the saved state of the embedded chain is damaged; starting it empty',
    )
    return null
  }
}
