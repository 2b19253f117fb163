import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../lib/test-run.ts'
import { type Campaign, checkTests, testMutants } from './mutants/campaign.ts'
import type { Target } from './mutants/compile.ts'
import { openJournal, type Result } from './mutants/journal.ts'
import { allMutants, checkCompiler, type Mutant } from './mutants/mutants.ts'
import { createRunner } from './mutants/runner.ts'
import { findTests, makeWorkspace } from './mutants/workspace.ts'

const HELP = `npm run mutate [-- OPTIONS]

Changes one thing in one contract, compiles it, and runs the tests of contracts against it: at least one has to fail.
Every result is kept in .toolchain/mutants, so a run that was stopped goes on where it was.

  --only TEXT   mutants of files whose path has this in it
  --limit N     so many at most
  --again       those that survived, against the tests as they are now`

const FOLDER = join(ROOT, '.toolchain', 'mutants')

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      limit: { type: 'string', default: 'Infinity' },
      again: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const journal = openJournal(join(FOLDER, 'results.jsonl'))
  const mutants = allMutants().filter(({ path }) => path.includes(values.only))
  const isDue = ({ id }: Mutant): boolean => {
    const state = journal.results.get(id)?.state
    return values.again ? state === 'survived' : state === undefined
  }
  const due = mutants.filter(isDue).slice(0, Number(values.limit))
  console.log(`${mutants.length} mutants, ${due.length} to test`)
  const started = performance.now()
  let done = 0
  const runner = createRunner(join(FOLDER, 'workspace'))
  const onResult = (mutant: Mutant, result: Result): void => {
    done += 1
    if (result.state === 'survived') console.log(`survived  ${describe(mutant)}`)
    if (done % 25 === 0) console.log(`${done} of ${due.length}, ${minutes(started, done, due.length)}`)
  }
  const workspace = makeWorkspace(join(FOLDER, 'workspace'))
  const campaign: Campaign = { workspace, runner, journal, onResult, testsOf: findTests() }
  try {
    const targets = distinct(due.flatMap((mutant) => mutant.targets))
    checkCompiler(targets)
    if (targets.length > 0) await checkTests(targets, campaign)
    await testMutants(due, campaign)
  } finally {
    await runner.stop()
  }
  printTotals(mutants, journal.results)
}

function describe({ path, line, operator, before, after, id }: Mutant): string {
  return `${path}:${line}  ${operator}: ${before.slice(0, 90)} → ${after.slice(0, 90)}  (${id})`
}

function minutes(started: number, done: number, all: number): string {
  const perOne = (performance.now() - started) / done
  return `${((perOne * (all - done)) / 60_000).toFixed(0)} minutes left`
}

function distinct(targets: readonly Target[]): Target[] {
  return [...new Map(targets.map((target) => [target.name, target])).values()]
}

function printTotals(mutants: readonly Mutant[], results: ReadonlyMap<string, Result>): void {
  const paths = [...new Set(mutants.map(({ path }) => path))].sort()
  for (const path of paths)
    console.log(
      totalsOf(
        mutants.filter((mutant) => mutant.path === path),
        results,
        path,
      ),
    )
  console.log(totalsOf(mutants, results, 'all'))
}

function totalsOf(mutants: readonly Mutant[], results: ReadonlyMap<string, Result>, name: string): string {
  const count = (state: Result['state']): number =>
    mutants.filter(({ id }) => results.get(id)?.state === state).length
  const [killed, survived] = [count('killed'), count('survived')]
  const rate = killed + survived === 0 ? '' : `${((100 * killed) / (killed + survived)).toFixed(1)} %`
  return `${name.padEnd(46)} ${killed} of ${killed + survived} killed ${rate}, ${count('equivalent')} equivalent, ${count('invalid')} invalid`
}

await main()
