import { createServer, type Server, type Socket } from 'node:net'
import { messageOf } from '../../../kernel/errors.ts'
import type { Pending } from '../engine.ts'
import { FrameReader, parseMessage } from './frames.ts'
import { Rounds } from './rounds.ts'

const CONNECTIONS_MAX = 1_000

export type Listener = { readonly address: string; close(): void }

/** Accepts connections on a socket path, or on a loopback port where there is none, and hands their requests on. */
export async function listen(
  socketPath: string | null,
  execute: (batch: Pending[]) => void,
  onFault: (message: string) => void,
): Promise<Listener> {
  const sockets = new Set<Socket>()
  const rounds = new Rounds(execute, (error) => {
    onFault(messageOf(error))
    for (const socket of sockets) socket.destroy()
  })
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, (pending) => rounds.add(pending))
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
