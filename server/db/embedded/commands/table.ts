import { aggregateCommand } from '../aggregate/command.ts'
import * as admin from './admin.ts'
import type { Context, Reply } from './context.ts'
import { explainCommand } from './explain.ts'
import { findAndModifyCommand } from './find-and-modify.ts'
import { buildInfoCommand, serverStatusCommand } from './hello.ts'
import * as read from './read.ts'
import * as write from './write.ts'

/** A command: whether it writes, and whether a transaction may hold it. */
export type Command = {
  readonly run: (context: Context) => Reply
  readonly writes: boolean
  readonly inTransaction: boolean
}

const reads = (run: Command['run'], inTransaction = true): Command => ({ run, writes: false, inTransaction })
const writes = (run: Command['run'], inTransaction = true): Command => ({ run, writes: true, inTransaction })
const ok = (): Reply => ({ ok: 1 })

/** Everything a client may ask; commands about transactions and greetings are answered by the engine itself. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['ping', reads(ok, false)],
  ['endSessions', reads(ok, false)],
  ['killSessions', reads(ok, false)],
  ['refreshSessions', reads(ok, false)],
  ['buildInfo', reads(buildInfoCommand, false)],
  ['buildinfo', reads(buildInfoCommand, false)],
  ['serverStatus', reads(serverStatusCommand, false)],
  ['find', reads(read.findCommand)],
  ['getMore', reads(read.getMoreCommand)],
  ['killCursors', reads(read.killCursorsCommand)],
  ['count', reads(read.countCommand, false)],
  ['distinct', reads(read.distinctCommand)],
  ['explain', reads(explainCommand, false)],
  ['aggregate', reads(aggregateCommand)],
  ['insert', writes(write.insertCommand)],
  ['update', writes(write.updateCommand)],
  ['delete', writes(write.deleteCommand)],
  ['findAndModify', writes(findAndModifyCommand)],
  ['findandmodify', writes(findAndModifyCommand)],
  ['create', writes(admin.createCommand)],
  ['createIndexes', writes(admin.createIndexesCommand)],
  ['drop', writes(admin.dropCommand, false)],
  ['dropDatabase', writes(admin.dropDatabaseCommand, false)],
  ['dropIndexes', writes(admin.dropIndexesCommand, false)],
  ['listIndexes', reads(admin.listIndexesCommand, false)],
  ['listCollections', reads(admin.listCollectionsCommand, false)],
  ['listDatabases', reads(admin.listDatabasesCommand, false)],
  ['collStats', reads(admin.collStatsCommand, false)],
])

/** Whether the replies of this command wait for a commit, which requests that arrive together share. */
export function sharesCommit(name: string): boolean {
  return COMMANDS.get(name)?.writes ?? false
}
