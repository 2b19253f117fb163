import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of this host, loopback unless said, that was free a moment ago: for a program that must be told its port. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a listening socket has a port')
  return address.port
}
