import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Call = { id: number; method: string; params: unknown[] }
/** A node of tests, which answers what it is told to. */
export type FakeNode = {
  url: string
  server: Server
  requests: Call[][]
  chainId: string
  block: Record<string, unknown> | null
  reply: ((body: string) => string | null) | null
  /** Results by method, before the usual ones; an Error is told as a refusal. */
  says: Record<string, (params: unknown[]) => unknown>
  close(): void
}

/** A node that answers what it is told to; null holds the answer back. */
export async function fakeNode(): Promise<FakeNode> {
  const block = {
    number: '0x10',
    hash: `0x${'ab'.repeat(32)}`,
    parentHash: `0x${'cd'.repeat(32)}`,
    timestamp: '0x5',
    baseFeePerGas: '0x7',
  }
  const close = (): void => {
    node.server.closeAllConnections()
    node.server.close()
  }
  const node: FakeNode = {
    url: '',
    server: createServer(),
    requests: [],
    chainId: '0x1',
    block,
    reply: null,
    says: {},
    close,
  }
  node.server.on('request', async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body = JSON.parse(text) as Call | Call[]
    const calls = Array.isArray(body) ? body : [body]
    node.requests.push(calls)
    const answers = calls.map((c) => ({ jsonrpc: '2.0', id: c.id, ...resultOf(node, c) }))
    const plain = JSON.stringify(Array.isArray(body) ? answers.toReversed() : answers[0])
    const said = node.reply === null ? plain : node.reply(plain)
    if (said !== null) response.end(said)
  })
  node.server.listen(0, '127.0.0.1')
  await once(node.server, 'listening')
  node.url = `http://127.0.0.1:${(node.server.address() as AddressInfo).port}`
  return node
}

function resultOf(node: FakeNode, call: Call): object {
  const says = node.says[call.method]
  if (says !== undefined) {
    const said = says(call.params)
    return said instanceof Error ? { error: { code: -32000, message: said.message } } : { result: said }
  }
  if (call.method === 'eth_chainId') return { result: node.chainId }
  if (call.method === 'eth_getBlockByNumber')
    return { result: call.params[0] === 'latest' ? node.block : { ...node.block, number: '0xc' } }
  if (call.method === 'eth_fails')
    return { error: { code: 3, message: 'execution reverted', data: '0x1234' } }
  return { result: call.params[0] ?? '0x0' }
}
