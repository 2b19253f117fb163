import type { ParseArgsConfig } from 'node:util'
import { parseArgs } from 'node:util'
import type { Env } from '../config/env.ts'
import { AppError, messageOf } from '../kernel/errors.ts'

/** How a command ended, for scripts. */
export const EXIT = {
  /** Verified, registered, or nothing rejected. */
  good: 0,
  /** A negative verdict, a refused file, a rejected listing. */
  bad: 1,
  usage: 2,
  /** It could not be found out: nothing answered, or the answer is not final. */
  unknown: 3,
} as const

/** Where a command writes: results to `out`, progress and complaints to `err`. */
export type Io = {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** Replaces the last progress line where people watch; null where nobody does. */
  readonly progress: ((line: string) => void) | null
}

type Flag = { readonly type: 'string' | 'boolean'; readonly value?: string; readonly help: string }

export type Given = {
  readonly positionals: readonly string[]
  readonly text: (flag: string) => string | undefined
  readonly on: (flag: string) => boolean
  readonly env: Env
  readonly io: Io
}

export type Command = {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly flags: Readonly<Record<string, Flag>>
  readonly notes?: readonly string[]
  readonly run: (given: Given) => Promise<number>
}

export const COMMON_FLAGS = {
  json: { type: 'boolean', help: 'print JSON for programs' },
  help: { type: 'boolean', help: 'print this help' },
} as const satisfies Record<string, Flag>

export const GATEWAY_FLAG = {
  url: {
    type: 'string',
    value: 'URL',
    help: 'the gateway; else CACHET_URL, PUBLIC_URL, or http://localhost:PORT',
  },
} as const satisfies Record<string, Flag>

export const KEY_FLAGS = {
  ...GATEWAY_FLAG,
  key: {
    type: 'string',
    value: 'KEY',
    help: 'API key; else CACHET_API_KEY, or credentials.json of the data folder',
  },
  data: { type: 'string', value: 'DIR', help: 'data folder of the gateway; else CACHET_DATA_DIR or .data' },
} as const satisfies Record<string, Flag>

/** Runs a command on its arguments; throws `cli.bad_usage`. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  world: { env: Env; io: Io },
): Promise<number> {
  const flags = { ...command.flags, ...COMMON_FLAGS }
  const { values, positionals } = parse(command, argv, flags)
  if (values['help'] === true) {
    world.io.out(helpOf(command))
    return EXIT.good
  }
  const text = (flag: string): string | undefined =>
    typeof values[flag] === 'string' ? values[flag] : undefined
  return command.run({ ...world, positionals, text, on: (flag) => values[flag] === true })
}

function parse(
  command: Command,
  argv: readonly string[],
  flags: Command['flags'],
): ReturnType<typeof parseArgs> {
  const options: NonNullable<ParseArgsConfig['options']> = {}
  for (const [name, { type }] of Object.entries(flags)) options[name] = { type }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw badUsage(command, messageOf(cause))
  }
}

/** The one argument a command takes. */
export function onlyArgument(command: Command, { positionals }: Given): string {
  const [argument, ...rest] = positionals
  if (argument === undefined || rest.length > 0)
    throw badUsage(command, `give exactly one argument, ${positionals.length} were given`)
  return argument
}

export function badUsage(command: Pick<Command, 'name' | 'usage'>, reason: string): AppError {
  return new AppError(
    'cli.bad_usage',
    `${reason}\nUsage: cachet ${command.usage}\nHelp:  cachet ${command.name} --help`,
  )
}

export function helpOf(command: Command): string {
  const all: Command['flags'] = { ...command.flags, ...COMMON_FLAGS }
  const flags = Object.entries(all).map(([name, { value, help }]) => {
    return `  ${`--${name}${value ? ` ${value}` : ''}`.padEnd(26)} ${help}`
  })
  const notes = command.notes ? ['', ...command.notes] : []
  return [`cachet ${command.usage}`, '', command.summary, '', ...flags, ...notes].join('\n')
}
