import type { Env } from '../config/env.ts'
import { isAppError, messageOf } from '../kernel/errors.ts'
import { type Command, EXIT, type Io, runCommand } from './command.ts'
import { backup } from './commands/backup.ts'
import { doctor } from './commands/doctor.ts'
import { fsck } from './commands/fsck.ts'
import { register } from './commands/register.ts'
import { restore } from './commands/restore.ts'
import { screen } from './commands/screen.ts'
import { tag } from './commands/tag.ts'
import { verify } from './commands/verify.ts'

const COMMANDS: readonly Command[] = [register, verify, screen, tag, backup, restore, doctor, fsck]

const HELP = [
  'cachet COMMAND [ARGUMENT] [--help] [--json]',
  '',
  ...COMMANDS.map((c) => `  ${c.name.padEnd(10)} ${c.summary}`),
  '',
  'cachet COMMAND --help tells more.',
].join('\n')

/** Runs one command line; resolves with the exit code. */
export async function runCli(argv: readonly string[], world: { env: Env; io: Io }): Promise<number> {
  const { io } = world
  const [name, ...rest] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.out(HELP)
    return name === undefined ? EXIT.usage : EXIT.good
  }
  const command = COMMANDS.find((c) => c.name === name)
  if (command === undefined) {
    io.err(`There is no command ${name.slice(0, 40)}.\n\n${HELP}`)
    return EXIT.usage
  }
  try {
    return await runCommand(command, rest, world)
  } catch (error) {
    return complain(error, rest.includes('--json'), io)
  }
}

function complain(error: unknown, json: boolean, io: Io): number {
  const known = isAppError(error)
  io.err(known ? error.message : `Something went wrong: ${messageOf(error)}`)
  if (json)
    io.out(JSON.stringify({ error: { code: known ? error.code : 'internal', message: messageOf(error) } }))
  if (!known) return EXIT.unknown
  return error.code === 'cli.bad_usage'
    ? EXIT.usage
    : error.code === 'gateway.refused'
      ? EXIT.bad
      : EXIT.unknown
}
