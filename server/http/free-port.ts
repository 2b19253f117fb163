import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of this host that was free a moment ago: where links have to name the port before the service listens. */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a listening socket has a port')
  return address.port
}
