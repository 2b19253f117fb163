import type { Context, Reply } from '../commands/context.ts'
import { unsupported } from '../failure.ts'

export function aggregateCommand(_context: Context): Reply {
  throw unsupported('aggregate')
}
