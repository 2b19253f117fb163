import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly status: number
}

/** A receiver of webhooks on loopback whose answers can be changed; notes everything it gets. */
export async function startReceiver() {
  const received: Received[] = []
  const answer = { status: 200, delayMs: 0 }
  const waiting: (() => void)[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    req.on('end', () => {
      received.push({ headers: req.headers, body, status: answer.status })
      for (const wake of waiting.splice(0)) wake()
      const reply = () => res.writeHead(answer.status).end('x'.repeat(1000))
      if (answer.delayMs > 0) setTimeout(reply, answer.delayMs)
      else reply()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer,
    /** Resolves when the next request has arrived. */
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
    accepted: () => received.filter((r) => r.status < 300),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
