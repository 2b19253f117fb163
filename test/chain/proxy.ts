import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Call = { id: number; method: string; params: unknown[] }
type Answer = { id: number; result?: unknown }

/** An endpoint that passes calls on to a node and may change what it answers: a provider that lies. */
export type LyingProxy = {
  /** Cuts every connection. */
  broken: boolean
  readonly url: string
  tamper: (call: Call, result: unknown) => unknown
  close(): Promise<void>
}

export async function startProxy(target: string): Promise<LyingProxy> {
  const server = createServer()
  const proxy: LyingProxy = {
    url: '',
    broken: false,
    tamper: (_call, result) => result,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  server.on('request', async (request, response) => {
    if (proxy.broken) return void response.destroy()
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body = JSON.parse(text) as Call | Call[]
    const answered = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    })
    const answers = (await answered.json()) as Answer | Answer[]
    const calls = new Map([body].flat().map((call) => [call.id, call]))
    for (const answer of [answers].flat()) {
      const call = calls.get(answer.id)
      if (call && 'result' in answer) answer.result = proxy.tamper(call, answer.result)
    }
    response.end(JSON.stringify(answers))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}
