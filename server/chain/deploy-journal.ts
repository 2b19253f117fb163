import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Hex } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'

/** One step of a deployment, signed. The same bytes are sent however often the deployment is resumed. */
export type JournalEntry = {
  readonly step: string
  readonly chainId: number
  readonly from: Hex
  readonly nonce: number
  readonly hash: Hex
  readonly raw: Hex
}

/** The signed steps of a deployment, in the order in which they were signed. */
export type Journal = {
  readonly entries: readonly JournalEntry[]
  find(step: string): JournalEntry | null
  /** Returns when the entry is on the disk. */
  append(entry: JournalEntry): void
}

/**
 * Opens FOLDER/journal.jsonl. A last line that a crash cut off is removed: its bytes were never sent. Any other damage
 * throws `chain.deployment_mismatch`.
 */
export function openJournal(path: string): Journal {
  const entries = existsSync(path) ? readEntries(path) : []
  return {
    entries,
    find: (step) => entries.find((entry) => entry.step === step) ?? null,
    append(entry) {
      appendDurably(path, `${JSON.stringify(entry)}\n`)
      entries.push(entry)
    },
  }
}

function readEntries(path: string): JournalEntry[] {
  const text = readFileSync(path, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, end)))
  const lines = text
    .slice(0, end)
    .split('\n')
    .filter((line) => line !== '')
  return lines.map((line, i) => parseEntry(line, `${path}:${i + 1}`))
}

function parseEntry(line: string, place: string): JournalEntry {
  try {
    return JSON.parse(line) as JournalEntry
  } catch (cause) {
    const remedy = 'Put the file back from a backup, or deploy anew into an empty folder.'
    throw new AppError('chain.deployment_mismatch', `${place} is damaged. ${remedy}`, { place }, { cause })
  }
}

function appendDurably(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, line)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
