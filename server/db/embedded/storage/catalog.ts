import { encode } from '../bson/codec.ts'
import { CommandFailure } from '../failure.ts'
import type { Session } from './database.ts'
import { type IndexSpec, parseIndexSpec } from './index-spec.ts'

const COLLECTIONS_MAX = 10_000
export const INDEXES_MAX = 64
const NAME_BYTES_MAX = 255

/** An index of a collection; its entries are in the table `x<id>`. */
export type Index = {
  readonly id: number
  readonly spec: IndexSpec
  /** True once an array was indexed: it never goes back. */
  multikey: boolean
  readonly sql: IndexSql
}

/** Statements as whole texts, made once: looking up a prepared statement by a text just put together costs its hash. */
export type IndexSql = { readonly add: string; readonly take: string; readonly point: string }
export type CollectionSql = {
  readonly insert: string
  readonly update: string
  readonly remove: string
  readonly read: string
}

/** A collection; its documents are in the table `d<id>`, in the order they came. */
export type Collection = {
  readonly id: number
  readonly db: string
  readonly name: string
  readonly indexes: Index[]
  /** Row that the next document gets. */
  nextRow: number
  readonly sql: CollectionSql
}

function indexSql(id: number, collection: number, unique: boolean): IndexSql {
  return {
    add: `INSERT INTO x${id} (k, r) VALUES (?, ?)${unique ? ' ON CONFLICT DO NOTHING' : ''}`,
    take: `DELETE FROM x${id} WHERE k = ? AND r = ?`,
    point: `SELECT d.id, d.doc FROM x${id} x CROSS JOIN d${collection} d ON d.id = x.r WHERE x.k = ?`,
  }
}

function collectionSql(id: number): CollectionSql {
  return {
    insert: `INSERT INTO d${id} (id, doc) VALUES (?, ?)`,
    update: `UPDATE d${id} SET doc = ? WHERE id = ?`,
    remove: `DELETE FROM d${id} WHERE id = ?`,
    read: `SELECT doc FROM d${id} WHERE id = ?`,
  }
}

const ID_INDEX = encode({ v: 2, key: { _id: 1 }, name: '_id_', unique: true })

/** What collections and indexes there are: kept in two tables, mirrored in memory. */
export class Catalog {
  readonly #session: Session
  #collections = new Map<string, Collection>()

  constructor(session: Session) {
    this.#session = session
    session.run(`CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (db, name));
      CREATE TABLE IF NOT EXISTS indexes (id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS replies (session BLOB PRIMARY KEY, number INTEGER NOT NULL, reply BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`)
    this.reload()
  }

  /** Reads everything again: after a rollback, when the mirror may be ahead of the tables. */
  reload(): void {
    const collections = new Map<number, Collection>()
    for (const row of this.#session.sql('SELECT id, db, name FROM collections').all()) {
      const [id, db, name] = row as unknown as [number, string, string]
      collections.set(id, { id, db, name, indexes: [], nextRow: this.#nextRow(id), sql: collectionSql(id) })
    }
    for (const row of this.#session
      .sql('SELECT id, collection, spec, multikey FROM indexes ORDER BY id')
      .all()) {
      const [id, collection, spec, multikey] = row as unknown as [number, number, Uint8Array, number]
      const parsed = parseIndexSpec(Buffer.from(spec))
      const sql = indexSql(id, collection, parsed.unique)
      collections.get(collection)?.indexes.push({ id, spec: parsed, multikey: multikey === 1, sql })
    }
    this.#collections = new Map(
      [...collections.values()].map((found) => [`${found.db}.${found.name}`, found]),
    )
  }

  find(db: string, name: string): Collection | null {
    return this.#collections.get(`${db}.${name}`) ?? null
  }

  all(): Collection[] {
    return [...this.#collections.values()]
  }

  in(db: string): Collection[] {
    return this.all().filter((collection) => collection.db === db)
  }

  /** The collection, made with its _id index where it is new. */
  ensure(db: string, name: string): Collection {
    const found = this.find(db, name)
    if (found) return found
    checkName(db, name)
    if (this.#collections.size >= COLLECTIONS_MAX)
      throw new CommandFailure('BadValue', `the store holds at most ${COLLECTIONS_MAX} collections`)
    const made = this.#session.sql('INSERT INTO collections (db, name) VALUES (?, ?)').run(db, name)
    const id = Number(made.lastInsertRowid)
    const collection: Collection = { id, db, name, indexes: [], nextRow: 1, sql: collectionSql(id) }
    this.#session.run(`CREATE TABLE d${collection.id} (id INTEGER PRIMARY KEY, doc BLOB NOT NULL)`)
    this.#collections.set(`${db}.${name}`, collection)
    this.addIndex(collection, parseIndexSpec(ID_INDEX))
    return collection
  }

  /** Makes the index's empty table. Unique keys stand alone; others are told apart by their row. */
  addIndex(collection: Collection, spec: IndexSpec): Index {
    const made = this.#session
      .sql('INSERT INTO indexes (collection, spec, multikey) VALUES (?, ?, 0)')
      .run(collection.id, spec.bytes)
    const id = Number(made.lastInsertRowid)
    const index: Index = { id, spec, multikey: false, sql: indexSql(id, collection.id, spec.unique) }
    const primary = spec.unique ? 'k' : 'k, r'
    this.#session.run(
      `CREATE TABLE x${index.id} (k BLOB NOT NULL, r INTEGER NOT NULL, PRIMARY KEY (${primary})) WITHOUT ROWID`,
    )
    collection.indexes.push(index)
    return index
  }

  dropIndex(collection: Collection, index: Index): void {
    this.#session.sql('DELETE FROM indexes WHERE id = ?').run(index.id)
    this.#session.run(`DROP TABLE x${index.id}`)
    this.#session.forgetStatements()
    collection.indexes.splice(collection.indexes.indexOf(index), 1)
  }

  drop(collection: Collection): void {
    for (const index of [...collection.indexes]) this.dropIndex(collection, index)
    this.#session.sql('DELETE FROM collections WHERE id = ?').run(collection.id)
    this.#session.run(`DROP TABLE d${collection.id}`)
    this.#session.forgetStatements()
    this.#collections.delete(`${collection.db}.${collection.name}`)
  }

  markMultikey(index: Index): void {
    this.#session.sql('UPDATE indexes SET multikey = 1 WHERE id = ?').run(index.id)
    index.multikey = true
  }

  #nextRow(id: number): number {
    const row = this.#session.sql(`SELECT coalesce(max(id), 0) + 1 FROM d${id}`).get() as unknown as [number]
    return row[0]
  }
}

/** MongoDB's rules for namespaces: no empty names, no $, no zero byte, 255 bytes in all. */
function checkName(db: string, name: string): void {
  const bad =
    name === '' ||
    name.startsWith('.') ||
    /[$\0]/.test(name) ||
    Buffer.byteLength(`${db}.${name}`) > NAME_BYTES_MAX
  if (bad || !/^[^/\\. "$*<>:|?\0]{1,63}$/.test(db))
    throw new CommandFailure(
      'InvalidNamespace',
      `Invalid namespace specified '${`${db}.${name}`.slice(0, 300)}'`,
    )
}
