import { inspectFile } from '../../db/embedded/offline.ts'
import { isAppError, messageOf } from '../../kernel/errors.ts'
import { type Command, EXIT, GATEWAY_FLAG, type Given } from '../command.ts'
import { DATA_FLAG, dataFileOf } from '../data-file.ts'
import { type Gateway, gatewayOf } from '../gateway.ts'

type Probe = { readonly what: string; readonly ok: boolean; readonly detail: string }

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [--url URL | --data DIR]',
  summary: 'Tells whether a gateway is up and ready, and what is wrong where it is not.',
  flags: { ...GATEWAY_FLAG, ...DATA_FLAG },
  notes: [
    'With --data only the embedded store is examined, running or not: its file, documents and index entries.',
    'Exit: 0 all well, 1 something is wrong, 3 no answer.',
  ],
  run: examine,
}

async function examine(given: Given): Promise<number> {
  const subject = given.text('data') === undefined ? gatewayOf(given, null) : null
  const probes = subject
    ? [
        await probe('alive', () => subject.json('/healthz')),
        await probe('ready', () => subject.json('/readyz')),
        await probe('receipt keys', () => receiptKeys(subject)),
      ]
    : [await probe('stored data', async () => storedData(dataFileOf(given)))]
  for (const { what, ok, detail } of probes)
    if (!given.on('json')) given.io.out(`${ok ? '✓' : '✕'} ${what.padEnd(14)} ${detail}`)
  if (given.on('json')) given.io.out(JSON.stringify({ url: subject?.url ?? null, probes }))
  return probes.every((p) => p.ok) ? EXIT.good : EXIT.bad
}

async function receiptKeys(gateway: Gateway): Promise<string> {
  const { keys = [] } = (await gateway.json('/.well-known/jwks.json')) as { keys?: { kid?: string }[] }
  if (keys.length === 0) throw new Error('no key is published, so receipts cannot be checked')
  return `${keys.length} published`
}

function storedData(path: string): string {
  const { documents, entries, faults } = inspectFile(path)
  if (faults.length > 0) throw new Error(faults.join('; '))
  return `${documents} documents and ${entries} index entries agree`
}

async function probe(what: string, ask: () => Promise<unknown>): Promise<Probe> {
  try {
    const answer = await ask()
    return { what, ok: true, detail: typeof answer === 'string' ? answer : JSON.stringify(answer) }
  } catch (error) {
    if (isAppError(error, 'gateway.unreachable') || isAppError(error, 'db.data_missing')) throw error
    return { what, ok: false, detail: messageOf(error) }
  }
}
