import { AppError } from '../../kernel/errors.ts'
import type { FileFormat } from './ports.ts'

const BY_MEDIA_TYPE: Readonly<Record<string, FileFormat>> = {
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/vnd.ms-excel': 'csv',
  'text/tab-separated-values': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-jsonlines': 'ndjson',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
}
const BY_ENDING: Readonly<Record<string, FileFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  xlsx: 'xlsx',
}
/** Types that say nothing of the content: the file's name or first bytes decide. */
const UNSAID = new Set([
  '',
  'application/octet-stream',
  'text/plain',
  'binary/octet-stream',
  'application/x-www-form-urlencoded',
])
const ZIP_START = 'PK'

/**
 * Tells the format of an upload: a workbook by its first bytes whatever it is called, then by media type, by the ending
 * of its name, by its first character. Throws `batch.unsupported_media_type` for a type that is none of them.
 */
export async function detectFormat(
  source: AsyncIterable<Uint8Array>,
  { mediaType, fileName }: { mediaType: string; fileName: string | null },
): Promise<{ format: FileFormat; source: AsyncIterable<Uint8Array> }> {
  const declared = BY_MEDIA_TYPE[mediaType]
  if (declared === undefined && !UNSAID.has(mediaType)) {
    const message = `${mediaType} is not read here; send text/csv, application/x-ndjson or an XLSX workbook`
    throw new AppError('batch.unsupported_media_type', message, { mediaType })
  }
  const iterator = source[Symbol.asyncIterator]()
  const first = await iterator.next()
  const start = first.done ? '' : Buffer.from(first.value.subarray(0, 64)).toString('latin1')
  const rest = { [Symbol.asyncIterator]: () => resumed(first, iterator) }
  if (start.startsWith(ZIP_START)) return { format: 'xlsx', source: rest }
  const named = BY_ENDING[fileName?.toLowerCase().split('.').at(-1) ?? '']
  const guessed = start.trimStart().startsWith('{') ? 'ndjson' : 'csv'
  return { format: declared ?? named ?? guessed, source: rest }
}

function resumed(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
): AsyncIterator<Uint8Array> {
  let given = false
  return {
    next() {
      if (given) return iterator.next()
      given = true
      return Promise.resolve(first)
    },
  }
}
