import { decodePlain, plainOf } from '../bson/codec.ts'
import { documentOf, fieldOf, type Raw, T, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import type { Catalog, Collection, Index } from './catalog.ts'
import type { Session } from './database.ts'
import { indexKeysOf } from './index-keys.ts'
import { keyPatternOf } from './index-spec.ts'
import { keyOf } from './key.ts'

export const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024

/** Writes documents and their index entries; inside a transaction of the caller. */
export class Table {
  readonly #session: Session
  readonly #catalog: Catalog

  constructor(session: Session, catalog: Catalog) {
    this.#session = session
    this.#catalog = catalog
  }

  /** Stores a checked document; throws DuplicateKey, and then nothing of it is left. */
  insert(collection: Collection, document: Buffer): void {
    checkSize(document)
    const row = collection.nextRow
    const raw = documentOf(document)
    const wanted = uniqueFirst(collection).map((index) => ({ index, keys: this.#keysOf(index, raw) }))
    const added: Placed[] = []
    for (const { index, keys } of wanted) {
      for (const key of keys) this.#add(collection, { index, key }, { row, document, added, removed: [] })
    }
    this.#session.sql(collection.sql.insert).run(row, document)
    collection.nextRow = row + 1
  }

  /** Puts a document in the place of another; only index entries that differ are touched. */
  replace(collection: Collection, row: number, before: Buffer, after: Buffer): void {
    checkSize(after)
    const changes = uniqueFirst(collection).map((index) => {
      const old = this.#keysOf(index, documentOf(before))
      const next = this.#keysOf(index, documentOf(after))
      return { index, gone: without(old, next), come: without(next, old) }
    })
    const entry = { row, document: after, added: [] as Placed[], removed: [] as Placed[] }
    for (const { index, gone, come } of changes) {
      for (const key of gone) {
        this.#take({ index, key }, row)
        entry.removed.push({ index, key })
      }
      for (const key of come) this.#add(collection, { index, key }, entry)
    }
    this.#session.sql(collection.sql.update).run(after, row)
  }

  remove(collection: Collection, row: number, document: Buffer): void {
    for (const index of collection.indexes) {
      for (const key of this.#keysOf(index, documentOf(document))) this.#take({ index, key }, row)
    }
    this.#session.sql(collection.sql.remove).run(row)
  }

  /** Makes the entries of a new index over the documents there are. */
  fill(collection: Collection, index: Index): void {
    let after = 0
    for (;;) {
      const rows = this.#session
        .sql(`SELECT id, doc FROM d${collection.id} WHERE id > ? ORDER BY id LIMIT 500`)
        .all(after)
      for (const found of rows as unknown as [number, Uint8Array][]) {
        const document = Buffer.from(found[1].buffer, found[1].byteOffset, found[1].byteLength)
        after = found[0]
        for (const key of this.#keysOf(index, documentOf(document)))
          this.#add(collection, { index, key }, { row: after, document, added: [], removed: [] })
      }
      if (rows.length === 0) return
    }
  }

  #keysOf(index: Index, document: Raw): Buffer[] {
    const { keys, multikey } = indexKeysOf(index.spec, document)
    if (multikey && !index.multikey) this.#catalog.markMultikey(index)
    return keys
  }

  /** Adds one entry; where a unique one is taken, what the document has changed so far is put back first. */
  #add(collection: Collection, place: Placed, entry: Entry): void {
    const { index, key } = place
    const done = this.#session.sql(index.sql.add).run(key, entry.row)
    if (Number(done.changes) === 1) {
      entry.added.push(place)
      return
    }
    for (const other of entry.added) this.#take(other, entry.row)
    for (const other of entry.removed) this.#session.sql(other.index.sql.add).run(other.key, entry.row)
    throw duplicate(collection, place, entry.document)
  }

  #take({ index, key }: Placed, row: number): void {
    this.#session.sql(index.sql.take).run(key, row)
  }
}

/** An entry of an index. */
type Placed = { readonly index: Index; readonly key: Buffer }
type Entry = {
  readonly row: number
  readonly document: Buffer
  readonly added: Placed[]
  readonly removed: Placed[]
}

function without(keys: Buffer[], others: Buffer[]): Buffer[] {
  if (keys.length === 1 && others.length === 1)
    return (keys[0] as Buffer).equals(others[0] as Buffer) ? [] : keys
  const known = new Set(others.map((key) => key.toString('latin1')))
  return keys.filter((key) => !known.has(key.toString('latin1')))
}

/** Unique entries first: what they refuse costs no other write. */
function uniqueFirst(collection: Collection): Index[] {
  const { indexes } = collection
  if (indexes.every((index, i) => index.spec.unique || !indexes.slice(i).some((later) => later.spec.unique)))
    return indexes
  return [...indexes.filter((index) => index.spec.unique), ...indexes.filter((index) => !index.spec.unique)]
}

function checkSize(document: Buffer): void {
  if (document.length <= DOCUMENT_BYTES_MAX) return
  throw new CommandFailure(
    'BSONObjectTooLarge',
    `object to insert too large. size in bytes: ${document.length}, max size: ${DOCUMENT_BYTES_MAX}`,
  )
}

function duplicate(collection: Collection, { index, key }: Placed, document: Buffer): CommandFailure {
  const keyPattern = keyPatternOf(index.spec)
  const keyValue = Object.fromEntries(
    index.spec.fields.map((field) => [field.name, valueAt(decodePlain(document), field.name.split('.'))]),
  )
  const only = index.spec.fields.length === 1 ? index.spec.fields[0] : undefined
  if (only && Array.isArray(keyValue[only.name]))
    keyValue[only.name] =
      elementWithKey(
        document,
        only.path.map((part) => part.name),
        key,
      ) ?? null
  const text = Object.entries(keyValue).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const message = `E11000 duplicate key error collection: ${collection.db}.${collection.name} index: ${index.spec.name} dup key: { ${text.join(', ')} }`
  return new CommandFailure('DuplicateKey', message, { keyPattern, keyValue })
}

function valueAt(value: unknown, path: string[]): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value ?? null
  if (Array.isArray(value) && !/^\d+$/.test(first)) return value.map((element) => valueAt(element, path))
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return null
  return valueAt((value as Record<string, unknown>)[first], rest)
}

/** The element of an indexed array that another document has already. */
function elementWithKey(document: Buffer, path: Buffer[], key: Buffer): unknown {
  let value: Raw | null = documentOf(document)
  for (const name of path) value = value && fieldOf(value, name)
  const element = value?.type === T.array ? valuesOf(value).find((one) => keyOf(one).equals(key)) : undefined
  return element ? plainOf(element) : undefined
}
