import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../lib/test-run.ts'
import { compile, mutatedSources, read, readTrees, type Target, targetsOf } from './compile.ts'
import { changesOf } from './operators.ts'
import { builtBytecode } from './workspace.ts'

/** One change to one contract. `id` changes with the contract, so that an old result is never taken for a new one. */
export type Mutant = {
  readonly id: string
  readonly path: string
  readonly line: number
  readonly operator: string
  readonly before: string
  readonly after: string
  /** The whole source with the change in it. */
  readonly text: string
  readonly targets: readonly Target[]
}

/** Every mutant of every contract, in an order without meaning: a part of the run is a sample of the whole. */
export function allMutants(): Mutant[] {
  const trees = readTrees()
  const found = mutatedSources().flatMap((path) => {
    const source = readFileSync(join(ROOT, path))
    const targets = targetsOf(path, trees)
    const tree = trees.get(path)
    if (tree === undefined || targets.length === 0) return []
    const built = targets.map(builtBytecode).join()
    return changesOf(tree, source).map((change): Mutant => {
      const head = source.subarray(0, change.start).toString()
      const before = source.subarray(change.start, change.end).toString()
      const text = `${head}${change.after}${source.subarray(change.end).toString()}`
      return {
        id: createHash('sha256').update(`${path}\n${built}\n${text}`).digest('hex').slice(0, 16),
        path,
        line: head.split('\n').length,
        operator: change.operator,
        before: oneLine(before),
        after: oneLine(change.after),
        text,
        targets,
      }
    })
  })
  return found.sort((a, b) => a.id.localeCompare(b.id))
}

/** Throws where the compiler here and Hardhat's do not make the same of a contract: then nothing could be told apart. */
export function checkCompiler(targets: readonly Target[]): void {
  for (const target of targets) {
    const { path, name } = target
    const compiled = compile({ path, text: read(path), targets: [target], optimize: true })
    const bytecode = compiled?.[name]?.bytecode.object
    if (`0x${bytecode}` !== builtBytecode(target))
      throw new Error(`${name} compiles to something else than its artifact: run "npm run build"`)
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
