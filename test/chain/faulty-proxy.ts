import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pause } from '../../server/kernel/clock.ts'

type Call = { id: number; method: string; params: unknown[] }
type Answer = { id: number; result?: unknown; error?: unknown }

/** What an endpoint can do wrong. */
export const FAULTS = [
  'log dropped',
  'log altered',
  'logs reordered',
  'stale head',
  'other chain',
  'too many requests',
  'stall',
  'half an answer',
  'connection cut',
] as const
export type Fault = (typeof FAULTS)[number]

export type FaultyProxy = {
  readonly url: string
  /** Share of the requests that go wrong; 0 passes everything on. */
  share: number
  readonly counts: Record<Fault, number>
  total(): number
  close(): Promise<void>
}

type Options = {
  readonly target: string
  readonly random: () => number
  /** Longer than the client waits. */
  readonly stallMs: number
}

/** An endpoint between a gateway and a node that does at random what endpoints do wrong. */
export async function startFaultyProxy({ target, random, stallMs }: Options): Promise<FaultyProxy> {
  const server = createServer()
  const stopping = new AbortController()
  const counts = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>
  const proxy: FaultyProxy = {
    url: '',
    share: 0,
    counts,
    total: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    async close() {
      stopping.abort()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const older = async (): Promise<unknown> => {
    const newest = Number(await ask(target, 'eth_blockNumber', []))
    const number = Math.max(0, newest - 1 - Math.floor(random() * 4))
    return ask(target, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
  }

  server.on('request', async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const calls = [JSON.parse(text) as Call | Call[]].flat()
    const ofLogs = calls.some(({ method }) => method === 'eth_getLogs')
    const share = proxy.share * (ofLogs ? LOGS_FACTOR : 1)
    const fault = random() < share ? pick(ofLogs ? LOG_FAULTS : faultsOf(calls), random) : null
    if (fault === 'too many requests') return void tooMany(response, calls, random, counts)
    if (fault === 'connection cut') {
      counts[fault] += 1
      return void response.destroy()
    }
    const headers = { 'content-type': 'application/json' }
    const reply = await fetch(target, { method: 'POST', headers, body: text }).catch(() => null)
    if (reply === null) return void response.destroy()
    const answers = [(await reply.json()) as Answer | Answer[]].flat()
    if (fault !== null && (await tamper(fault, { calls, answers, random, older }))) counts[fault] += 1
    const body = JSON.stringify(answers.length === 1 ? answers[0] : answers)
    if (fault === 'stall') {
      counts[fault] += 1
      await pause(stallMs, stopping.signal)
    }
    if (fault !== 'half an answer') return void response.end(body)
    // The socket stays open: the client has to give up by itself.
    counts[fault] += 1
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) })
    response.write(body.slice(0, Math.floor(body.length / 2)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

/** Logs are asked for seldom beside everything else. */
const LOGS_FACTOR = 10
const LOG_FAULTS: readonly Fault[] = [
  'log dropped',
  'log dropped',
  'log altered',
  'log altered',
  'logs reordered',
]

/** The faults that these calls can meet; those that take long are rarer. */
function faultsOf(calls: readonly Call[]): Fault[] {
  const quick: Fault[] = ['too many requests', 'connection cut', 'other chain']
  const isAboutHead = calls.some(({ params }) => params[0] === 'latest')
  const heads = isAboutHead ? Array<Fault>(4).fill('stale head') : []
  return [...quick, ...quick, ...heads, 'stall', 'half an answer']
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T
}

type Tampering = {
  readonly calls: readonly Call[]
  readonly answers: readonly Answer[]
  readonly random: () => number
  readonly older: () => Promise<unknown>
}

/** Changes the answers; false where there was nothing to change. */
async function tamper(fault: Fault, { calls, answers, random, older }: Tampering): Promise<boolean> {
  const of = (matches: (call: Call) => boolean): Answer[] => {
    const ids = new Set(calls.filter(matches).map(({ id }) => id))
    return answers.filter(({ id, result }) => ids.has(id) && result !== undefined)
  }
  if (fault === 'stale head') {
    const heads = of(({ method, params }) => method === 'eth_getBlockByNumber' && params[0] === 'latest')
    const block = await older().catch(() => null)
    if (block === null) return false
    for (const answer of heads) answer.result = block
    return heads.length > 0
  }
  if (fault === 'other chain') {
    const ids = of(({ method }) => method === 'eth_chainId')
    for (const answer of ids) answer.result = '0x3e7'
    return ids.length > 0
  }
  const lists = of(({ method }) => method === 'eth_getLogs').filter(
    ({ result }) => (result as unknown[]).length > (fault === 'logs reordered' ? 1 : 0),
  )
  for (const answer of lists) answer.result = withLogs(fault, answer.result as object[], random)
  return lists.length > 0
}

function withLogs(fault: Fault, logs: readonly object[], random: () => number): object[] {
  const at = Math.floor(random() * logs.length)
  if (fault === 'log dropped') return logs.filter((_, i) => i !== at)
  if (fault === 'logs reordered') return logs.toReversed()
  return logs.map((log, i) => (i === at ? altered(log as { topics: string[]; data: string }, random) : log))
}

/** One digit of the data or of an indexed argument is another. */
function altered(log: { topics: string[]; data: string }, random: () => number): object {
  const flip = (hex: string): string => {
    const place = 2 + Math.floor(random() * (hex.length - 2))
    const digit = ((Number.parseInt(hex[place] ?? '0', 16) + 1 + Math.floor(random() * 15)) % 16).toString(16)
    return `${hex.slice(0, place)}${digit}${hex.slice(place + 1)}`
  }
  const topic = 1 + Math.floor(random() * (log.topics.length - 1))
  const inData = log.topics.length < 2 || random() < 0.6
  return inData
    ? { ...log, data: flip(log.data) }
    : { ...log, topics: log.topics.with(topic, flip(log.topics[topic] ?? '0x00')) }
}

/** As gateways say it, in HTTP or inside JSON-RPC (EIP-1474). */
function tooMany(
  response: ServerResponse,
  calls: readonly Call[],
  random: () => number,
  counts: Record<Fault, number>,
): void {
  counts['too many requests'] += 1
  if (random() < 0.5) {
    response.writeHead(429, { 'retry-after': '1' })
    return void response.end('Too Many Requests')
  }
  const error = { code: -32005, message: 'daily request count exceeded, request rate limited' }
  response.end(JSON.stringify(calls.map(({ id }) => ({ jsonrpc: '2.0', id, error }))))
}

async function ask(target: string, method: string, params: unknown[]): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const reply = await fetch(target, { method: 'POST', headers, body })
  return ((await reply.json()) as Answer).result
}
