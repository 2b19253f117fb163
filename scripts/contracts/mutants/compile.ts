import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ROOT } from '../../lib/test-run.ts'
import type { AstNode } from './operators.ts'

const require = createRequire(import.meta.url)
const solc = require('solc') as { compile(input: string, callbacks: { import: typeof findImport }): string }

/** As hardhat.config.ts; `checkCompiler` sees that what comes out is the artifacts' own code. */
const SETTINGS = { evmVersion: 'cancun', metadata: { bytecodeHash: 'none' } }
const OPTIMIZER = { enabled: true, runs: 10_000 }

/** A contract that tests deploy, by its name, which no other has. */
export type Target = { readonly path: string; readonly name: string }
/** The creation code and the code on chain of each contract, in hexadecimal without 0x. */
export type Compiled = Readonly<Record<string, { readonly bytecode: Code; readonly deployedBytecode: Code }>>
type Code = { readonly object: string }

type Output = {
  readonly errors?: readonly { severity: string; formattedMessage: string }[]
  readonly sources: Readonly<Record<string, { ast: AstNode }>>
  readonly contracts?: Readonly<Record<string, Record<string, { evm: Compiled[string] }>>>
}

/** The sources that mutants are made of. Interfaces and types hold no code; mocks are tests. */
export function mutatedSources(): string[] {
  const paths = globSync('contracts/**/*.sol', { cwd: ROOT }).sort()
  return paths.filter((path) => !/\/(?:interfaces|types|mocks)\//.test(path))
}

/** The compiler's syntax trees of all contracts. */
export function readTrees(): Map<string, AstNode> {
  const sources = Object.fromEntries(mutatedSources().map((path) => [path, { content: read(path) }] as const))
  const output = run(sources, { '*': { '': ['ast'] } })
  if (output.errors?.some(isError)) throw new Error(output.errors.map((e) => e.formattedMessage).join('\n'))
  return new Map(Object.entries(output.sources).map(([path, { ast }]) => [path, ast]))
}

/**
 * Which contracts that can be deployed have code of a source in them: its own, or those that import what it holds to
 * inherit or to call inside. A contract that is deployed by itself is only called by others.
 */
export function targetsOf(source: string, trees: ReadonlyMap<string, AstNode>): Target[] {
  const own = deployable(source, trees.get(source))
  if (own.length > 0) return own
  const reaches = (path: string, seen: Set<string>): boolean => {
    if (path === source) return true
    if (seen.has(path)) return false
    seen.add(path)
    return importsOf(trees.get(path)).some((inner) => reaches(inner, seen))
  }
  return mutatedSources()
    .filter((path) => reaches(path, new Set()))
    .flatMap((path) => deployable(path, trees.get(path)))
}

export type CompileOptions = {
  readonly path: string
  readonly text: string
  readonly targets: readonly Target[]
  /** Three times as slow; the code behaves the same. */
  readonly optimize: boolean
}

/** Compiles with one source in another text. Null where that text is no program. */
export function compile({ path, text, targets, optimize }: CompileOptions): Compiled | null {
  const wanted = Object.fromEntries(
    targets.map(
      (target) =>
        [target.path, { [target.name]: ['evm.bytecode.object', 'evm.deployedBytecode.object'] }] as const,
    ),
  )
  const sources = Object.fromEntries(targets.map((target) => [target.path, { content: read(target.path) }]))
  const output = run({ ...sources, [path]: { content: text } }, wanted, optimize)
  if (output.errors?.some(isError)) return null
  return Object.fromEntries(
    targets.map((target) => {
      const evm = output.contracts?.[target.path]?.[target.name]?.evm
      if (!evm) throw new Error(`the compiler left out ${target.name}`)
      return [target.name, evm]
    }),
  )
}

function run(sources: object, outputSelection: object, optimize = false): Output {
  const settings = { ...SETTINGS, ...(optimize ? { optimizer: OPTIMIZER } : {}), outputSelection }
  const input = { language: 'Solidity', sources, settings }
  return JSON.parse(solc.compile(JSON.stringify(input), { import: findImport })) as Output
}

function findImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: read(path.startsWith('contracts/') ? path : join('node_modules', path)) }
  } catch (error) {
    return { error: String(error) }
  }
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === 'error'
}

function importsOf(ast: AstNode | undefined): string[] {
  return topLevel(ast, 'ImportDirective').map((node) => String(node['absolutePath']))
}

function deployable(path: string, ast: AstNode | undefined): Target[] {
  const contracts = topLevel(ast, 'ContractDefinition')
  const concrete = contracts.filter(
    (node) => node['contractKind'] === 'contract' && node['abstract'] !== true,
  )
  return concrete.map((node) => ({ path, name: String(node['name']) }))
}

function topLevel(ast: AstNode | undefined, nodeType: string): AstNode[] {
  const nodes = (ast?.['nodes'] ?? []) as readonly AstNode[]
  return nodes.filter((node) => node.nodeType === nodeType)
}
