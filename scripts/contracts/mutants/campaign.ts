import { createHash } from 'node:crypto'
import { type Compiled, compile, read, type Target } from './compile.ts'
import type { Journal, Result } from './journal.ts'
import type { Mutant } from './mutants.ts'
import type { Runner, Verdict } from './runner.ts'
import type { Workspace } from './workspace.ts'

export type Campaign = {
  /** The tests of contracts by their names; see `testsOf`. */
  readonly testsOf: (names: readonly string[]) => readonly string[]
  readonly workspace: Workspace
  readonly runner: Runner
  readonly journal: Journal
  readonly onResult: (mutant: Mutant, result: Result) => void
}

/**
 * Puts mutants before the tests, one by one; the next is compiled while one is tested. Those that survive are compiled
 * once more as they would be deployed: where the optimizer makes the contract's own code of them, nothing could differ.
 */
export async function testMutants(mutants: readonly Mutant[], campaign: Campaign): Promise<void> {
  const seen = new Set<string>()
  const kills = new Map<string, number>()
  let testing: Promise<void> = Promise.resolve()
  const finish = (mutant: Mutant, state: Result['state'], by: string | null): void => {
    const result = { id: mutant.id, state, by }
    campaign.journal.add(result)
    campaign.onResult(mutant, result)
  }
  for (const mutant of mutants) {
    const compiled = compile({ ...mutant, optimize: false })
    const digest = compiled === null ? null : digestOf(compiled)
    if (compiled === null || digest === null) finish(mutant, 'invalid', null)
    else if (seen.has(digest)) finish(mutant, 'equivalent', 'another mutant')
    else {
      seen.add(digest)
      await testing
      testing = testOne(mutant, compiled, campaign, kills).then(({ failed, file }) => {
        if (file !== null) kills.set(file, (kills.get(file) ?? 0) + 1)
        if (failed !== null) finish(mutant, 'killed', failed)
        else finish(mutant, isSameWhenOptimized(mutant) ? 'equivalent' : 'survived', null)
      })
      // What goes wrong here comes out where it is awaited.
      testing.catch(() => undefined)
    }
  }
  await testing
}

/** All tests that deploy these contracts pass as they are; otherwise every mutant would look noticed. */
export async function checkTests(
  targets: readonly Target[],
  { workspace, runner, testsOf }: Campaign,
): Promise<void> {
  for (const target of targets) workspace.deploy([target], original([target], false))
  const { passed, failed } = await runner.run('none', testsOf(targets.map(({ name }) => name)))
  if (failed !== null || passed === 0) throw new Error(`the tests do not pass without a mutant: ${failed}`)
}

async function testOne(
  { id, targets }: Mutant,
  compiled: Compiled,
  { workspace, runner, testsOf }: Campaign,
  kills: ReadonlyMap<string, number>,
): Promise<Verdict> {
  // What noticed most so far is asked first; the sort keeps the order of files that are equal.
  const files = [...testsOf(targets.map(({ name }) => name))]
  files.sort((a, b) => (kills.get(b) ?? 0) - (kills.get(a) ?? 0))
  workspace.deploy(targets, compiled)
  try {
    return await runner.run(id, files)
  } finally {
    workspace.deploy(targets, original(targets, false))
  }
}

function isSameWhenOptimized(mutant: Mutant): boolean {
  const compiled = compile({ ...mutant, optimize: true })
  return compiled !== null && digestOf(compiled) === digestOf(original(mutant.targets, true))
}

const originals = new Map<string, Compiled>()

/** The contracts as they are. */
function original(targets: readonly Target[], optimize: boolean): Compiled {
  const key = `${targets.map(({ name }) => name).join()}:${optimize}`
  const known = originals.get(key)
  if (known !== undefined) return known
  const { path = '' } = targets[0] ?? {}
  const compiled = compile({ path, text: read(path), targets, optimize })
  if (compiled === null) throw new Error(`${path} does not compile`)
  originals.set(key, compiled)
  return compiled
}

function digestOf(compiled: Compiled): string {
  const code = Object.entries(compiled).map(([name, { bytecode }]) => `${name}:${bytecode.object}`)
  return createHash('sha256').update(code.join()).digest('hex')
}
