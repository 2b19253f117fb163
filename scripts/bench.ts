import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BenchModule, Row } from './lib/bench-row.ts'

// npm run bench -- NAME [--json] [--n N] [--OPTION VALUE]: runs scripts/bench/NAME.ts and prints its rows.

const folder = join(import.meta.dirname, 'bench')
const { name, json, options } = parse(process.argv.slice(2))

if (name === null) list()
else if (!names().includes(name)) unknown(name)
else await run(name)

function parse(args: readonly string[]): {
  name: string | null
  json: boolean
  options: Record<string, string>
} {
  const options: Record<string, string> = {}
  let found: string | null = null
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? ''
    if (!arg.startsWith('--')) found ??= arg
    else if (arg.includes('=')) options[arg.slice(2, arg.indexOf('='))] = arg.slice(arg.indexOf('=') + 1)
    else if (arg === '--json' || (args[at + 1] ?? '--').startsWith('--')) options[arg.slice(2)] = 'true'
    else options[arg.slice(2)] = args[++at] ?? ''
  }
  const { json: asJson, ...rest } = options
  return { name: found, json: asJson !== undefined, options: rest }
}

/** Helpers of figures lie in the same folder; a figure is a file that exports `run`. */
function names(): string[] {
  const figures = globSync('*.ts', { cwd: folder }).filter((file) =>
    /^export (async )?(function\*? |const )run\b/m.test(readFileSync(join(folder, file), 'utf8')),
  )
  return figures.map((file) => basename(file, '.ts')).sort()
}

function list(): void {
  console.log('npm run bench -- NAME [--json] [--n N]\n\nFigures:')
  for (const one of names()) console.log(`  ${one}`)
}

function unknown(wanted: string): void {
  console.error(`There is no figure ${wanted}. Figures: ${names().join(' ')}`)
  process.exitCode = 2
}

async function run(wanted: string): Promise<void> {
  const module: BenchModule = await import(pathToFileURL(join(folder, `${wanted}.ts`)).href)
  if (!json) console.log(line(['name', 'value', 'unit', 'limit', 'ratio', 'n']))
  let count = 0
  for await (const row of await module.run(options)) {
    print(row)
    count += 1
  }
  if (count === 0) throw new Error(`the figure ${wanted} gave no row`)
}

function print(row: Row): void {
  if (json) console.log(JSON.stringify(row))
  else
    console.log(
      line([row.name, shown(row.value), row.unit, shown(row.limit), shown(row.ratio), String(row.n)]),
    )
}

function shown(value: number | null): string {
  if (value === null) return '–'
  return Math.abs(value) >= 1_000
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(4)))
}

function line([name = '', ...cells]: readonly string[]): string {
  return `${name.padEnd(44)}${cells.map((cell) => cell.padStart(13)).join('')}`
}
