import { once } from 'node:events'
import { anvilBinary, DEVNET_CHAIN_ID, spawnAnvil } from '../../server/chain/anvil-process.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { freePort } from '../../server/kernel/free-port.ts'
import { tempDir } from './temp-dir.ts'

export type TestAnvil = {
  readonly url: string
  readonly chainId: number
  readonly pid: number
  stop(): Promise<void>
}

/** A fresh chain on a free loopback port, run by the platform's own program and ended by its process id. */
export async function startAnvil(): Promise<TestAnvil> {
  const folder = await tempDir()
  const port = await freePort()
  const child = await spawnAnvil({ folder: folder.path, port, stateFile: null, clock: systemClock })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await folder.remove()
  }
  if (child.pid === undefined) throw new Error(`${anvilBinary()} did not start`)
  return { url: `http://127.0.0.1:${port}`, chainId: DEVNET_CHAIN_ID, pid: child.pid, stop }
}
