import { createHash } from 'node:crypto'
import { createReadStream, existsSync, openAsBlob } from 'node:fs'
import { extname } from 'node:path'
import { pause } from '../../kernel/clock.ts'
import { isAppError } from '../../kernel/errors.ts'
import { badUsage, type Command, EXIT, type Given, KEY_FLAGS, onlyArgument } from '../command.ts'
import { apiKeyOf, type Gateway, gatewayOf, problemOf } from '../gateway.ts'

type Batch = {
  readonly id: string
  readonly status: string
  readonly total: number
  readonly done: number
  readonly root: string | null
  readonly transactionHash: string | null
  readonly gasUsed: number | null
  readonly errors: readonly LineFault[]
}

type LineFault = {
  readonly line?: number
  readonly field?: string
  readonly code?: string
  readonly message?: string
  readonly detail?: string
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const POLL_MS = 300
/** Faults printed for people; all of them are in --json. */
const FAULTS_SHOWN = 50

export const register: Command = {
  name: 'register',
  usage: 'register FILE [--key KEY] [--url URL]',
  summary:
    'Registers the items of a CSV, NDJSON or XLSX file and waits until they are anchored: all of them, or none.',
  flags: {
    ...KEY_FLAGS,
    brand: { type: 'string', value: 'ID', help: 'which brand of credentials.json' },
    'no-wait': { type: 'boolean', help: 'return once the file is accepted' },
  },
  notes: [
    'The same file sent twice is registered once: its digest is the Idempotency-Key.',
    'Exit: 0 registered, 1 refused or failed, 2 wrong usage, 3 no answer.',
  ],
  run: registerFile,
}

async function registerFile(given: Given): Promise<number> {
  const file = onlyArgument(register, given)
  const mediaType = MEDIA_TYPES[extname(file).toLowerCase()]
  if (!existsSync(file)) throw badUsage(register, `there is no file ${file}`)
  if (mediaType === undefined)
    throw badUsage(register, `the file must end in ${Object.keys(MEDIA_TYPES).join(', ')}`)
  const gateway = gatewayOf(given, apiKeyOf(given, 'brands', given.text('brand')))
  try {
    const accepted = await upload(gateway, file, mediaType)
    const batch = given.on('no-wait') ? accepted : await anchored(gateway, accepted, given)
    return report(batch, given)
  } catch (error) {
    if (!isAppError(error, 'gateway.refused')) throw error
    return reportRefusal(error.message, problemOf(error).errors ?? [], given)
  }
}

async function upload(gateway: Gateway, file: string, mediaType: string): Promise<Batch> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer)
  const headers = { 'content-type': mediaType, 'idempotency-key': `cli-${digest.digest('hex')}` }
  return (await gateway.json('/v1/batches', {
    method: 'POST',
    body: await openAsBlob(file),
    headers,
  })) as Batch
}

async function anchored(gateway: Gateway, accepted: Batch, { io }: Given): Promise<Batch> {
  let batch = accepted
  while (batch.status !== 'anchored' && batch.status !== 'failed') {
    io.progress?.(`${batch.status}: ${batch.done} of ${batch.total} items`)
    await pause(POLL_MS)
    batch = (await gateway.json(`/v1/batches/${encodeURIComponent(batch.id)}`)) as Batch
  }
  return batch
}

function report(batch: Batch, { io, on }: Given): number {
  if (on('json')) io.out(JSON.stringify(batch))
  else for (const line of summary(batch)) io.out(line)
  if (!on('json')) for (const line of faultLines(batch.errors)) io.err(line)
  return batch.status === 'failed' ? EXIT.bad : EXIT.good
}

function summary(batch: Batch): string[] {
  const lines = [`Batch ${batch.id}: ${batch.status}, ${batch.total} items`]
  if (batch.root) lines.push(`Root         ${batch.root}`)
  if (batch.transactionHash) lines.push(`Transaction  ${batch.transactionHash}`)
  if (batch.gasUsed)
    lines.push(`Gas          ${batch.gasUsed} (${(batch.gasUsed / batch.total).toFixed(2)} an item)`)
  return lines
}

function reportRefusal(message: string, errors: readonly unknown[], { io, on }: Given): number {
  const faults = errors as readonly LineFault[]
  if (on('json')) io.out(JSON.stringify({ status: 'refused', message, errors }))
  else for (const line of [message, ...faultLines(faults), 'Nothing was registered.']) io.err(line)
  return EXIT.bad
}

function faultLines(faults: readonly LineFault[]): string[] {
  const lines = faults.slice(0, FAULTS_SHOWN).map(({ line, field, message, detail }) => {
    const place = line === undefined ? '' : `line ${line}${field ? `, ${field}` : ''}: `
    return `  ${place}${message ?? detail ?? 'wrong'}`
  })
  return faults.length > FAULTS_SHOWN
    ? [...lines, `  … and ${faults.length - FAULTS_SHOWN} more (--json prints them)`]
    : lines
}
