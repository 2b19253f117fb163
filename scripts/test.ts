import { parseArgs } from 'node:util'
import { provideTools } from './lib/system-tools.ts'
import { GROUPS, type Group, PARTS } from './lib/test-groups.ts'
import { type Outcome, runSuite } from './lib/test-run.ts'

// Runs all tests, or one group with --only NAME; what follows `--` goes to mocha. Ends with "N passed, N failed".

const { values, positionals } = parseArgs({
  options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
})
const known = { ...GROUPS, ...PARTS }

if (values.help) {
  console.log(`npm test [-- --only NAME …] [-- MOCHA OPTIONS]\ngroups: ${Object.keys(known).join(' ')}`)
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  process.exitCode = await runAll(chosen(values.only ?? Object.keys(GROUPS)))
}

function chosen(names: readonly string[]): [string, Group][] {
  return names.map((name) => {
    const group = known[name]
    if (group === undefined) {
      console.error(`There is no group ${name}. Groups: ${Object.keys(known).join(' ')}`)
      process.exit(2)
    }
    return [name, group]
  })
}

async function runAll(groups: readonly [string, Group][]): Promise<number> {
  const missing = provideTools([...new Set(groups.flatMap(([, group]) => group.tools))])
  const total = { passed: 0, failed: 0 }
  const problems = missing.map((tool) => `${tool.debianPackage} is not installed, tests that need it fail`)
  for (const [name, group] of groups) {
    for (const suite of group.suites) {
      console.log(
        `\n━━ ${name}: ${suite.title} ${'━'.repeat(Math.max(0, 70 - name.length - suite.title.length))}`,
      )
      const outcome = await runSuite(suite, positionals)
      total.passed += outcome.passed
      total.failed += outcome.failed + outcome.problems.length
      problems.push(...outcome.problems.map((problem) => `${name}: ${problem}`))
      console.log(resultLine(outcome))
    }
  }
  for (const problem of problems) console.log(`! ${problem}`)
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}

function resultLine({ passed, failed, problems }: Outcome): string {
  const verdict = failed === 0 && problems.length === 0 ? 'ok' : 'FAILED'
  return `${verdict}: ${passed} of ${passed + failed}${problems.length > 0 ? `; ${problems.join('; ')}` : ''}`
}
