import { decodeExact, exactOf } from '../bson/codec.ts'
import { CommandFailure } from '../failure.ts'
import { compileFilter } from '../query/filter.ts'
import { compileProjection } from '../query/project.ts'
import type { Query } from '../query/scan.ts'
import { parseSort } from '../query/sort.ts'
import { compileUpdate } from '../update/update.ts'
import { type Context, collectionName, existing, flag, type Reply } from './context.ts'
import { affected, changed, insertNew } from './write.ts'

/** Changes or removes one document and gives it back as it was, or as it is now. */
export function findAndModifyCommand(context: Context): Reply {
  const { body } = context.request
  const filter = compileFilter(body.get('query'), context.variables)
  const sort = parseSort(body.get('sort'))
  const remove = flag(body, 'remove')
  const upsert = flag(body, 'upsert')
  if (remove && (upsert || body.has('update')))
    throw new CommandFailure('FailedToParse', 'Cannot specify both remove and an update or upsert')
  const collection = upsert ? context.catalog.ensure(context.db, collectionName(context)) : existing(context)
  if (!collection) return answer(context, null, { updatedExisting: false, n: 0 }, remove)
  const query: Query = {
    collection,
    filter,
    sort,
    hint: body.get('hint'),
    skip: 0,
    limit: 1,
    checkTime: context.checkTime,
  }
  const [found] = affected(context, query)
  if (remove) {
    if (found) context.table.remove(collection, found.row, found.document)
    return answer(context, found?.document ?? null, { n: found ? 1 : 0 }, true)
  }
  const spec = body.get('update')
  if (!spec) throw new CommandFailure('FailedToParse', 'Either an update or remove=true must be specified')
  const update = compileUpdate({
    update: spec,
    filter,
    arrayFilters: body.get('arrayFilters'),
    nowMs: context.nowMs,
    variables: context.variables,
  })
  const isNew = flag(body, 'new')
  if (found) {
    const after = changed(context, collection, found, update) ?? found.document
    return answer(context, isNew ? after : found.document, { updatedExisting: true, n: 1 }, false)
  }
  if (!upsert) return answer(context, null, { updatedExisting: false, n: 0 }, false)
  const made = insertNew(context, collection, update)
  return answer(
    context,
    isNew ? made.document : null,
    { updatedExisting: false, upserted: exactOf(made.id), n: 1 },
    false,
  )
}

function answer(
  context: Context,
  document: Buffer | null,
  lastErrorObject: Record<string, unknown>,
  removed: boolean,
): Reply {
  const { body } = context.request
  const project = compileProjection(body.get('fields'), {
    filter: compileFilter(body.get('query'), context.variables),
    variables: context.variables,
  })
  const value = document && decodeExact(project ? project(document) : document)
  return { lastErrorObject: removed ? { n: lastErrorObject['n'] } : lastErrorObject, value, ok: 1 }
}
