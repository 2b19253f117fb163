import { messageOf } from '../../../kernel/errors.ts'
import { checkDocument } from '../bson/check.ts'
import { documentOf } from '../bson/raw.ts'
import type { Collection, Index } from './catalog.ts'
import type { Session } from './database.ts'
import { indexKeysOf } from './index-keys.ts'

const PAGE = 1_000
const FAULTS_MAX = 100

export type Integrity = {
  readonly documents: number
  readonly entries: number
  readonly faults: readonly string[]
}

/**
 * Reads every document and index entry: the file is sound, each document is well-formed, has exactly the entries that its
 * indexes ask for, and no entry is left over. At most a hundred faults are listed.
 */
export function checkIntegrity(session: Session, collections: readonly Collection[]): Integrity {
  const faults: string[] = []
  const report = (fault: string): void => {
    if (faults.length < FAULTS_MAX) faults.push(fault)
  }
  for (const row of session.sql('PRAGMA integrity_check(10)').all()) {
    const [line] = row as unknown as [string]
    if (line !== 'ok') report(`file: ${line}`)
  }
  let documents = 0
  let entries = 0
  for (const collection of collections) {
    const counted = checkCollection(session, collection, report)
    documents += counted.documents
    entries += counted.entries
  }
  return { documents, entries, faults }
}

type Counted = { documents: number; entries: number }

function checkCollection(session: Session, collection: Collection, report: (fault: string) => void): Counted {
  const wanted = new Map<Index, number>(collection.indexes.map((index) => [index, 0]))
  const name = `${collection.db}.${collection.name}`
  let documents = 0
  for (const [row, document] of rowsOf(session, collection)) {
    documents++
    try {
      checkDocument(document, 0, document.length)
      for (const index of collection.indexes) {
        const { keys } = indexKeysOf(index.spec, documentOf(document))
        wanted.set(index, (wanted.get(index) ?? 0) + keys.length)
        if (!keys.every((key) => hasEntry(session, index, key, row)))
          report(`${name} row ${row}: no entry in index ${index.spec.name}`)
      }
    } catch (error) {
      report(`${name} row ${row}: ${messageOf(error)}`)
    }
  }
  let entries = 0
  for (const [index, expected] of wanted) {
    const [count] = session.sql(`SELECT count(*) FROM x${index.id}`).get() as unknown as [number]
    entries += count
    if (count !== expected)
      report(`${name} index ${index.spec.name}: ${count} entries where documents ask for ${expected}`)
  }
  return { documents, entries }
}

function hasEntry(session: Session, index: Index, key: Buffer, row: number): boolean {
  return session.sql(`SELECT 1 FROM x${index.id} WHERE k = ? AND r = ?`).get(key, row) !== undefined
}

function* rowsOf(session: Session, collection: Collection): Generator<[number, Buffer], void, undefined> {
  const text = `SELECT id, doc FROM d${collection.id} WHERE id > ? ORDER BY id LIMIT ${PAGE}`
  let after = 0
  for (;;) {
    const rows = session.sql(text).all(after) as unknown as [number, Uint8Array][]
    for (const [row, bytes] of rows)
      yield [row, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]
    const last = rows[rows.length - 1]
    if (!last) return
    after = last[0]
  }
}
