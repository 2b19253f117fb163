import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Fragment, Interface, type InterfaceAbi } from 'ethers'
import { ROOT } from '../lib/test-run.ts'

// Writes docs/contracts.md from the NatSpec of the five interfaces, as the compiler read it. With --check it writes
// nothing and ends with 1 when the page is not what the contracts say.

const HELP = 'npm run docs:contracts [-- --check]'
const PAGE = join(ROOT, 'docs', 'contracts.md')
const INTERFACES = [
  'IBrandRegistry',
  'IItemRegistry',
  'IItemOwnership',
  'IEscrowVault',
  'IEnforcementLedger',
] as const

type Note = { readonly notice?: string }
type UserDoc = Note & {
  readonly methods?: Readonly<Record<string, Note>>
  readonly events?: Readonly<Record<string, Note>>
  readonly errors?: Readonly<Record<string, readonly Note[]>>
}
type Detail = {
  readonly details?: string
  readonly params?: Readonly<Record<string, string>>
  readonly returns?: Readonly<Record<string, string>>
}
type DevDoc = Detail & {
  readonly title?: string
  readonly methods?: Readonly<Record<string, Detail>>
  readonly events?: Readonly<Record<string, Detail>>
}
type Compiled = { readonly abi: InterfaceAbi; readonly userdoc: UserDoc; readonly devdoc: DevDoc }

function compiled(name: string): Compiled {
  const artifact = readJson(`contracts/interfaces/${name}.sol/${name}.json`)
  const { output } = readJson(`build-info/${artifact['buildInfoId']}.output.json`) as {
    output: { contracts: Record<string, Record<string, Compiled>> }
  }
  const found = output.contracts[String(artifact['inputSourceName'])]?.[name]
  if (!found) throw new Error(`the compiler's output has no ${name}: run "npm run build"`)
  return found
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, 'artifacts', path), 'utf8')) as Record<string, unknown>
}

function sectionOf(name: (typeof INTERFACES)[number]): string {
  const { abi, userdoc, devdoc } = compiled(name)
  const fragments = new Interface(abi).fragments
  const part = (title: string, type: string, entry: (fragment: Fragment, id: string) => string): string[] => {
    const ofType = fragments.filter((fragment) => fragment.type === type)
    return ofType.length === 0
      ? []
      : [`### ${title}`, ...ofType.map((one) => entry(one, one.format('sighash')))]
  }
  return [
    `## ${name.slice(1)}`,
    devdoc.title,
    userdoc.notice,
    ...part('Functions', 'function', (one, id) => entryOf(one, userdoc.methods?.[id], devdoc.methods?.[id])),
    ...part('Events', 'event', (one, id) => entryOf(one, userdoc.events?.[id], devdoc.events?.[id])),
    ...part('Errors', 'error', (one, id) => entryOf(one, userdoc.errors?.[id]?.[0], undefined)),
  ]
    .filter((text) => text !== undefined && text !== '')
    .join('\n\n')
}

/** The declaration, what it is for, and its values one a line. */
function entryOf(fragment: Fragment, note: Note | undefined, detail: Detail | undefined): string {
  const declaration = fragment.format('full').replace(/^\w+ /, '')
  const values = { ...detail?.params, ...detail?.returns }
  const lines = [
    note?.notice,
    detail?.details,
    ...Object.entries(values).map(([key, text]) => `* \`${key}\`: ${text}`),
  ]
  return [`\`${declaration}\``, ...lines.filter((line) => line !== undefined)]
    .join('\n\n')
    .replaceAll('\n\n* ', '\n* ')
}

function main(): void {
  const options = {
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  } as const
  const { values } = parseArgs({ options })
  if (values.help) return console.log(HELP)
  const head =
    '# The contracts, function by function\n\nWritten by `npm run docs:contracts` from the interfaces in `contracts/interfaces/`; who owns what is in [contracts/README.md](../contracts/README.md).'
  const text = `${[head, ...INTERFACES.map(sectionOf)].join('\n\n')}\n`
  if (!values.check) return writeFileSync(PAGE, text)
  if (readFileSync(PAGE, 'utf8') === text) return
  console.error('docs/contracts.md is not what the interfaces say: run "npm run docs:contracts"')
  process.exitCode = 1
}

main()
