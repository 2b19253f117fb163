import { AppError, isAppError } from '../../../kernel/errors.ts'
import type { LineError } from '../../items/index.ts'
import type { ChipMode } from './sun-crypto.ts'
import { readTagFile, type TagRow } from './tag-file.ts'
import type { TagActor, TagsService } from './tags.service.ts'

export type BindFile = TagActor & {
  readonly text: string
  readonly mode: ChipMode
  readonly hasSeal: boolean
}

/** Looks at a line without binding it: what is wrong with it, or null. */
export type LineCheck = (row: TagRow, brandId: string) => Promise<LineError | null>

/** Lines looked at or written at once. */
const AT_ONCE = 16

/**
 * Binds the chips of a file: all lines are checked first, and none is bound where one is wrong. Sent again after it was
 * cut off, it binds what is left: a chip that is bound as asked is left alone. Throws `tags.rejected` with the lines,
 * `tags.bad_file`, `tags.too_large`.
 */
export async function bindFile(
  { text, ...order }: BindFile,
  { service, check }: { service: Pick<TagsService, 'bind'>; check: LineCheck },
): Promise<{ readonly bound: number }> {
  const { rows, errors } = readTagFile(text)
  const found = errors.length > 0 ? [] : await inTurns(rows, (row) => check(row, order.brandId))
  const faults = [...errors, ...found.filter((fault) => fault !== null)]
  if (faults.length > 0) throw rejected(faults, rows.length)
  const failed = await inTurns(rows, async (row) => {
    try {
      await service.bind({ ...order, uid: row.uid, key: row.key })
      return null
    } catch (error) {
      if (!isAppError(error)) throw error
      return { line: row.line, field: 'uid', code: error.code, message: error.message }
    }
  })
  const late = failed.filter((fault) => fault !== null)
  if (late.length > 0) throw rejected(late, rows.length)
  return { bound: rows.length }
}

async function inTurns<T, R>(values: readonly T[], run: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let i = 0; i < values.length; i += AT_ONCE) {
    results.push(...(await Promise.all(values.slice(i, i + AT_ONCE).map(run))))
  }
  return results
}

const ERRORS_SHOWN = 200

function rejected(errors: readonly LineError[], total: number): AppError {
  return new AppError('tags.rejected', `${errors.length} lines of the file are wrong`, {
    errors: errors.slice(0, ERRORS_SHOWN),
    errorCount: errors.length,
    total,
  })
}
