import { connect, type Socket } from 'node:net'

/** What a server did under load. */
export type Load = {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly answered: number
  /** Answers that were not the expected ones. */
  readonly wrong: number
}

export type LoadOptions = {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The request of each turn; turns are numbered over all connections. */
  readonly request: (turn: number) => Buffer
  /** True when an answer's head and body are what a right answer looks like. */
  readonly expect: (answer: string) => boolean
}

/** A JSON request as bytes, for a connection that is kept open. */
export function postRequest(path: string, body: unknown): Buffer {
  const text = JSON.stringify(body)
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n`
  return Buffer.from(head + text)
}

/**
 * Keeps connections busy for some seconds, each with one request under way, and measures every answer from the first
 * byte sent to the last received. Works on plain sockets, so that it takes as little as it can of the machine that the
 * measured server runs on.
 */
export async function load(options: LoadOptions): Promise<Load> {
  const latenciesMs: number[] = []
  let wrong = 0
  let turn = 0
  const startedMs = performance.now()
  const endMs = startedMs + options.seconds * 1_000
  const one = async (): Promise<void> => {
    const line = await openLine(options.port)
    while (performance.now() < endMs) {
      const sentMs = performance.now()
      const answer = await line.ask(options.request(turn++))
      latenciesMs.push(performance.now() - sentMs)
      if (!options.expect(answer)) wrong += 1
    }
    line.close()
  }
  await Promise.all(Array.from({ length: options.connections }, one))
  const tookSeconds = (performance.now() - startedMs) / 1_000
  latenciesMs.sort((a, b) => a - b)
  const at = (share: number): number =>
    latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(share * latenciesMs.length))] ?? 0
  return {
    perSecond: latenciesMs.length / tookSeconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    answered: latenciesMs.length,
    wrong,
  }
}

type Line = { ask(request: Buffer): Promise<string>; close(): void }

async function openLine(port: number): Promise<Line> {
  const socket = await connected(port)
  let received = ''
  let waiting: { resolve(answer: string): void; reject(error: Error): void } | null = null
  const fail = (error: Error): void => waiting?.reject(error)
  socket.setEncoding('latin1')
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk: string) => {
    received += chunk
    if (!isWhole(received)) return
    const answer = received
    received = ''
    waiting?.resolve(answer)
  })
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close() {
      waiting = null
      socket.destroy()
    },
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** One answer with a Content-Length, in Latin-1, so that characters are bytes. */
function isWhole(received: string): boolean {
  const head = received.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head))?.[1]
  if (length === undefined) throw new Error('an answer without Content-Length cannot be measured')
  return received.length >= head + 4 + Number(length)
}
