import { pause } from '../../kernel/clock.ts'
import type { BatchStore, StoredBatch } from './ports.ts'

/** Looks at most this often, so at most four events a second. */
const LOOK_EVERY_MS = 250
const HEARTBEAT_EVERY_LOOKS = 60

/**
 * A batch's progress as server-sent events (HTML, section 9.2): `progress` whenever something changed, `done` when it is
 * anchored or failed, a comment every 15 s so that proxies keep the connection. The first event always tells the whole
 * state, so a reader that comes back with Last-Event-ID misses nothing.
 */
export async function* batchProgress(
  batches: Pick<BatchStore, 'find'>,
  first: StoredBatch,
  view: (batch: StoredBatch) => unknown,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let batch: StoredBatch | null = first
  let sent = 0
  for (let quietLooks = 0; batch !== null && !signal.aborted; batch = await batches.find(first.id)) {
    const finished = batch.status === 'anchored' || batch.status === 'failed'
    if (batch.version !== sent || finished) {
      yield `id: ${batch.version}\nevent: ${finished ? 'done' : 'progress'}\ndata: ${JSON.stringify(view(batch))}\n\n`
      sent = batch.version
      quietLooks = 0
    } else if (++quietLooks % HEARTBEAT_EVERY_LOOKS === 0) {
      yield ': still here\n\n'
    }
    if (finished) return
    await pause(LOOK_EVERY_MS, signal)
  }
}
