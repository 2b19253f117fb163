import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { deserialize, serialize } from 'bson'
import type { EmbeddedStore } from '../../server/db/embedded/start.ts'

/** An OP_MSG (or another opcode) with one document. */
export function message(document: object, opcode = 2013): Buffer {
  const body = serialize(document)
  const bytes = Buffer.concat([Buffer.alloc(21), body])
  bytes.writeInt32LE(bytes.length, 0)
  bytes.writeInt32LE(7, 4)
  bytes.writeInt32LE(opcode, 12)
  return bytes
}

/** Speaks to the embedded store byte by byte, as no driver would. */
export class RawClient {
  readonly #path: string

  constructor(store: EmbeddedStore) {
    this.#path = decodeURIComponent(/mongodb:\/\/([^/]+)/.exec(store.uri)?.[1] ?? '')
  }

  async dial(): Promise<Socket> {
    const socket = connect(this.#path)
    socket.on('error', () => socket.destroy())
    await once(socket, 'connect')
    return socket
  }

  /** Sends bytes; gives the reply, or null where the connection was closed. */
  async ask(bytes: Buffer, socket?: Socket): Promise<Record<string, unknown> | null> {
    const own = socket ?? (await this.dial())
    own.write(bytes)
    const reply = await new Promise<Buffer | null>((resolve) => {
      own.once('data', resolve)
      own.once('close', () => resolve(null))
    })
    if (!socket) own.destroy()
    return reply && deserialize(reply.subarray(21))
  }

  command(document: object): Promise<Record<string, unknown> | null> {
    return this.ask(message(document))
  }

  async isAlive(): Promise<boolean> {
    return (await this.command({ ping: 1, $db: 'test' }))?.['ok'] === 1
  }
}
