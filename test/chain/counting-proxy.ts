import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Passes requests on to a node, and tells of each before the node has it and before its answer goes back. */
export type CountingProxy = {
  readonly url: string
  /** Called twice a request; `count` is that of requests since `onCall` was set. */
  onCall: (count: number, moment: 'asked' | 'answered') => void
  close(): Promise<void>
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const server = createServer()
  let count = 0
  let onCall: CountingProxy['onCall'] = () => undefined
  server.on('request', async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const mine = ++count
    onCall(mine, 'asked')
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(target, { method: 'POST', headers, body })
    const text = await answer.text()
    onCall(mine, 'answered')
    response.end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get onCall() {
      return onCall
    },
    set onCall(told) {
      count = 0
      onCall = told
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
