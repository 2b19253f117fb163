import { spawn } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { gtinCheckDigit } from '../../server/kernel/gs1.ts'
import type { BenchOptions, Row } from '../lib/bench-row.ts'
import { watchMemory } from './process-memory.ts'

const ITEMS_USUAL = 200_000
const WARM_UP_ITEMS = 100
const PREFIX = '9521234'
const SIGNED_BYTES = 64
const LINES_A_PART = 1_000
const POLL_MS = 100
const SECONDS_MAX = 600
/** Targets of a registration on two cores: time, memory of all processes, gas an item. */
const TARGETS = { seconds: 45, peakMb: 1_500, gasPerItem: 0.5 }

/**
 * From a CSV sent over HTTP to the anchor being final, with a fresh store and chain: beside the bare limit, which is as
 * many ES256 signatures by node:crypto on one thread, measured in the same run.
 */
export async function* run(options: BenchOptions): AsyncGenerator<Row> {
  const n = Number(options['n'] ?? ITEMS_USUAL)
  const bareSeconds = signatureSeconds(n)
  const folder = await mkdtemp(join(tmpdir(), 'cachet-bench-'))
  const service = await startService(folder)
  try {
    // A brand's first anchor pays for the brand's own slots on chain; every later one is what is measured here.
    await register(service, WARM_UP_ITEMS, 'W')
    const memory = watchMemory(service.pid)
    const startedMs = performance.now()
    const batch = await register(service, n, 'B')
    const seconds = (performance.now() - startedMs) / 1000
    const peakMb = memory.stop()
    yield {
      name: 'register',
      value: n / seconds,
      unit: 'items/s',
      limit: n / bareSeconds,
      ratio: bareSeconds / seconds,
      n,
    }
    yield row('register: CSV to anchored', seconds, 's', TARGETS.seconds, n)
    yield row('register: bare ES256 signatures', bareSeconds, 's', null, n)
    if (peakMb !== null) yield row('register: peak memory, all processes', peakMb, 'MB', TARGETS.peakMb, n)
    yield row('register: gas an item', (batch.gasUsed ?? 0) / n, 'gas', TARGETS.gasPerItem, n)
  } finally {
    await service.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function row(name: string, value: number, unit: string, limit: number | null, n: number): Row {
  return { name, value, unit, limit, ratio: limit === null ? null : value / limit, n }
}

function signatureSeconds(n: number): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const input = Buffer.alloc(SIGNED_BYTES, 1)
  const startedMs = performance.now()
  for (let i = 0; i < n; i++) sign('sha256', input, privateKey)
  return (performance.now() - startedMs) / 1000
}

type Service = { readonly pid: number; readonly port: number; readonly apiKey: string; stop(): Promise<void> }

async function startService(folder: string): Promise<Service> {
  const file = new URL('./register-service.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [file, folder, PREFIX], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await exited
  }
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"port":')) continue
    return { pid: child.pid ?? 0, stop, ...(JSON.parse(line) as { port: number; apiKey: string }) }
  }
  throw new Error('the service ended before it listened')
}

type BatchAnswer = { id: string; status: string; gasUsed: number | null; errors: unknown[] }

async function register({ port, apiKey }: Service, n: number, serials: string): Promise<BatchAnswer> {
  const base = `http://127.0.0.1:${port}/v1/batches`
  const headers = { authorization: `Bearer ${apiKey}` }
  const body = Readable.toWeb(Readable.from(csvOf(n, serials)))
  const sent = await fetch(base, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'text/csv' },
    body,
    duplex: 'half',
  } as RequestInit)
  if (sent.status !== 202) throw new Error(`the file was refused: ${sent.status} ${await sent.text()}`)
  let batch = (await sent.json()) as BatchAnswer
  for (let waitedMs = 0; batch.status !== 'anchored'; waitedMs += POLL_MS) {
    if (batch.status === 'failed' || waitedMs > SECONDS_MAX * 1000)
      throw new Error(`not anchored: ${JSON.stringify(batch)}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    batch = (await (await fetch(`${base}/${batch.id}`, { headers })).json()) as BatchAnswer
  }
  return batch
}

/** A brand's file: a few hundred models, half of the items with serials of their own. */
function* csvOf(n: number, serials: string): Generator<Buffer> {
  yield Buffer.from(
    'gtin,serial,model,category,colour,materials,country_of_production,production_date,facility,currency,retail_price\n',
  )
  for (let from = 0; from < n; from += LINES_A_PART) {
    const lines = Array.from({ length: Math.min(LINES_A_PART, n - from) }, (_, i) =>
      lineOf(from + i, serials),
    )
    yield Buffer.from(lines.join(''))
  }
}

function lineOf(i: number, serials: string): string {
  const model = i % 300
  const digits = `0${PREFIX}${String(model).padStart(5, '0')}`
  const serial = i % 2 === 0 ? '' : `${serials}${String(i).padStart(15, '0')}`
  const price = 500 + (model % 40) * 95
  return `${digits}${gtinCheckDigit(digits)},${serial},Sac Émeraude ${model},handbag,vert émeraude,"calf leather, palladium hardware",FR,2026-05-04,ATELIER-0${model % 9},EUR,${price}\n`
}
