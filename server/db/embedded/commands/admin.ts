import { decodePlain, encode } from '../bson/codec.ts'
import { documentOf, type Raw, T, textOf, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { type Collection, INDEXES_MAX } from '../storage/catalog.ts'
import { type IndexSpec, isIndexNamed, parseIndexSpec, sameIndex, sameKey } from '../storage/index-spec.ts'
import { type Context, collectionName, documentsOf, existing, type Reply } from './context.ts'
import { countRows } from './read.ts'

export function createIndexesCommand(context: Context): Reply {
  const specs = documentsOf(context, 'indexes').map((bytes) => parseIndexSpec(Buffer.from(bytes)))
  const isNew = existing(context) === null
  const collection = context.catalog.ensure(context.db, collectionName(context))
  const numIndexesBefore = isNew ? 1 : collection.indexes.length
  for (const spec of specs) if (isMissing(collection, spec)) addIndex(context, collection, spec)
  return {
    numIndexesBefore,
    numIndexesAfter: collection.indexes.length,
    createdCollectionAutomatically: isNew,
    ok: 1,
  }
}

/** False where the index is there; throws where another one has its name or its fields. */
function isMissing(collection: Collection, spec: IndexSpec): boolean {
  for (const { spec: known } of collection.indexes) {
    if (known.name === '_id_' && sameKey(known, spec)) return false
    if (known.name === spec.name) {
      if (sameIndex(known, spec)) return false
      const codeName = sameKey(known, spec) ? 'IndexOptionsConflict' : 'IndexKeySpecsConflict'
      throw new CommandFailure(
        codeName,
        `An existing index has the same name as the requested index. Requested index: ${spec.name}`,
      )
    }
    if (sameKey(known, spec) && !spec.partial && !known.partial) {
      throw new CommandFailure(
        'IndexOptionsConflict',
        `Index already exists with a different name: ${known.name}`,
      )
    }
  }
  return true
}

function addIndex(context: Context, collection: Collection, spec: IndexSpec): void {
  if (collection.indexes.length >= INDEXES_MAX)
    throw new CommandFailure('CannotCreateIndex', `a collection has at most ${INDEXES_MAX} indexes`)
  const index = context.catalog.addIndex(collection, spec)
  try {
    context.table.fill(collection, index)
  } catch (error) {
    context.catalog.dropIndex(collection, index)
    throw error
  }
}

export function listIndexesCommand(context: Context): Reply {
  const collection = existing(context)
  if (!collection)
    throw new CommandFailure(
      'NamespaceNotFound',
      `ns does not exist: ${context.db}.${collectionName(context)}`,
    )
  const documents = collection.indexes.map(({ spec }) =>
    encode({ v: 2, ...decodePlain(spec.bytes), ...(spec.name === '_id_' ? { unique: undefined } : {}) }),
  )
  return context.cursors.open(`${context.db}.${collection.name}`, documents[Symbol.iterator](), {
    batchSize: INDEXES_MAX,
    singleBatch: true,
    nowMs: context.nowMs,
  })
}

export function dropIndexesCommand(context: Context): Reply {
  const collection = existing(context)
  if (!collection)
    throw new CommandFailure('NamespaceNotFound', `ns not found ${context.db}.${collectionName(context)}`)
  const nIndexesWas = collection.indexes.length
  for (const index of wantedIndexes(collection, context.request.body.get('index'))) {
    if (index.spec.name === '_id_') throw new CommandFailure('InvalidOptions', 'cannot drop _id index')
    context.catalog.dropIndex(collection, index)
  }
  return { nIndexesWas, ok: 1 }
}

function wantedIndexes(collection: Collection, wanted: Raw | undefined): Collection['indexes'] {
  if (wanted?.type === T.string && textOf(wanted) === '*')
    return collection.indexes.filter((index) => index.spec.name !== '_id_')
  const names = wanted?.type === T.array ? valuesOf(wanted) : wanted ? [wanted] : []
  return names.map((name) => {
    const found = collection.indexes.find((index) => isIndexNamed(index.spec, name))
    if (!found)
      throw new CommandFailure(
        'IndexNotFound',
        `index not found with name [${name.type === T.string ? textOf(name) : 'by key'}]`,
      )
    return found
  })
}

export function createCommand(context: Context): Reply {
  const name = collectionName(context)
  if (existing(context))
    throw new CommandFailure('NamespaceExists', `Collection ${context.db}.${name} already exists.`)
  context.catalog.ensure(context.db, name)
  return { ok: 1 }
}

export function dropCommand(context: Context): Reply {
  const collection = existing(context)
  if (!collection) return { ok: 1 }
  const nIndexesWas = collection.indexes.length
  context.catalog.drop(collection)
  return { nIndexesWas, ns: `${context.db}.${collection.name}`, ok: 1 }
}

export function dropDatabaseCommand(context: Context): Reply {
  for (const collection of context.catalog.in(context.db)) context.catalog.drop(collection)
  return { dropped: context.db, ok: 1 }
}

export function listCollectionsCommand(context: Context): Reply {
  const filter = compileFilter(context.request.body.get('filter'))
  const documents = context.catalog
    .in(context.db)
    .map(({ name }) =>
      encode({
        name,
        type: 'collection',
        options: {},
        info: { readOnly: false },
        idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
      }),
    )
    .filter((document) => filter.matches(documentOf(document)))
  return context.cursors.open(`${context.db}.$cmd.listCollections`, documents[Symbol.iterator](), {
    batchSize: documents.length + 1,
    singleBatch: true,
    nowMs: context.nowMs,
  })
}

export function listDatabasesCommand(context: Context): Reply {
  const names = [...new Set(context.catalog.all().map((collection) => collection.db))].sort()
  return { databases: names.map((name) => ({ name, sizeOnDisk: 0, empty: false })), totalSize: 0, ok: 1 }
}

export function collStatsCommand(context: Context): Reply {
  const collection = existing(context)
  if (!collection)
    return { ns: `${context.db}.${collectionName(context)}`, count: 0, size: 0, nindexes: 0, ok: 1 }
  const row = context
    .session()
    .sql(`SELECT coalesce(sum(length(doc)), 0) FROM d${collection.id}`)
    .get() as unknown as [number]
  return {
    ns: `${context.db}.${collection.name}`,
    count: countRows(context, collection.id),
    size: row[0],
    nindexes: collection.indexes.length,
    ok: 1,
  }
}
