import { parseArgs } from 'node:util'
import { STEPS, type Step } from './lib/check-steps.ts'

// The gate: every step runs, also after a failure; what a failed step printed is shown at the end.

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const chosen = STEPS.filter(({ name }) => values.only === undefined || values.only.includes(name))
const outputs: [string, string][] = []

for (const step of chosen) {
  const { ok, seconds, output } = await timed(step)
  console.log(
    `${ok ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s  ${step.what}`,
  )
  if (!ok) outputs.push([step.name, output])
}
for (const [name, output] of outputs) console.log(`\n━━ ${name} ━━\n${output.trimEnd()}`)
console.log(`\n${chosen.length - outputs.length} passed, ${outputs.length} failed`)
process.exitCode = outputs.length === 0 && chosen.length > 0 ? 0 : 1

async function timed(step: Step): Promise<{ ok: boolean; seconds: number; output: string }> {
  const started = performance.now()
  const result = await step.run()
  return { ...result, seconds: (performance.now() - started) / 1_000 }
}
