import { isAppError, messageOf } from '../../kernel/errors.ts'
import { type Command, EXIT, GATEWAY_FLAG, type Given } from '../command.ts'
import { type Gateway, gatewayOf } from '../gateway.ts'

type Probe = { readonly what: string; readonly ok: boolean; readonly detail: string }

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [--url URL]',
  summary: 'Tells whether a gateway is up and ready, and what is wrong where it is not.',
  flags: GATEWAY_FLAG,
  notes: ['Exit: 0 all well, 1 something is wrong, 3 no answer.'],
  run: examine,
}

async function examine(given: Given): Promise<number> {
  const gateway = gatewayOf(given, null)
  const probes = [
    await probe('alive', () => gateway.json('/healthz')),
    await probe('ready', () => gateway.json('/readyz')),
    await probe('receipt keys', () => receiptKeys(gateway)),
  ]
  for (const { what, ok, detail } of probes)
    if (!given.on('json')) given.io.out(`${ok ? '✓' : '✕'} ${what.padEnd(14)} ${detail}`)
  if (given.on('json')) given.io.out(JSON.stringify({ url: gateway.url, probes }))
  return probes.every((p) => p.ok) ? EXIT.good : EXIT.bad
}

async function receiptKeys(gateway: Gateway): Promise<string> {
  const { keys = [] } = (await gateway.json('/.well-known/jwks.json')) as { keys?: { kid?: string }[] }
  if (keys.length === 0) throw new Error('no key is published, so receipts cannot be checked')
  return `${keys.length} published`
}

async function probe(what: string, ask: () => Promise<unknown>): Promise<Probe> {
  try {
    const answer = await ask()
    return { what, ok: true, detail: typeof answer === 'string' ? answer : JSON.stringify(answer) }
  } catch (error) {
    if (isAppError(error, 'gateway.unreachable')) throw error
    return { what, ok: false, detail: messageOf(error) }
  }
}
