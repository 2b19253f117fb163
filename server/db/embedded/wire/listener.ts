import { createServer, type Server, type Socket } from 'node:net'
import { messageOf } from '../../../kernel/errors.ts'
import type { Pending } from '../engine.ts'
import { FrameReader, parseMessage } from './frames.ts'

const CONNECTIONS_MAX = 1_000
/** Requests of one round: bounds how long the replies of the first ones wait for the commit. */
const ROUND_MAX = 1_000

export type Listener = { readonly address: string; close(): void }

/**
 * Accepts connections on a socket path, or on a loopback port where there is none. Requests that arrive in the same turn
 * of the event loop are handed on together.
 */
export async function listen(
  socketPath: string | null,
  execute: (batch: Pending[]) => void,
  onFault: (message: string) => void,
): Promise<Listener> {
  const sockets = new Set<Socket>()
  let waiting: Pending[] = []
  let scheduled = false
  const run = (): void => {
    scheduled = false
    const batch = waiting.splice(0, ROUND_MAX)
    try {
      execute(batch)
    } catch (error) {
      onFault(messageOf(error))
      for (const socket of sockets) socket.destroy()
      waiting = []
    }
    if (waiting.length > 0) schedule()
  }
  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(run)
  }
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, (pending) => {
      waiting.push(pending)
      schedule()
    })
  })
  server.maxConnections = CONNECTIONS_MAX
  const address = await opened(server, socketPath)
  return {
    address,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function serve(socket: Socket, accept: (pending: Pending) => void): void {
  const frames = new FrameReader()
  const send = (message: Buffer): void => {
    if (!socket.destroyed) socket.write(message)
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of frames.push(chunk)) accept({ request: parseMessage(message), send })
    } catch {
      socket.destroy() // what is no message cannot be answered; the client sees the connection end
    }
  })
}

function opened(server: Server, socketPath: string | null): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const done = (): void => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? `127.0.0.1:${bound.port}` : String(bound))
    }
    if (socketPath) server.listen(socketPath, done)
    else server.listen(0, '127.0.0.1', done)
  })
}
