import { provideTools, Z3 } from '../lib/system-tools.ts'
import { harnesses, type Proof, prove } from './smt.ts'

// Proves the properties of test/contracts/smt/ and prints each with the solver's answer. Ends with 1 when one that must
// hold was not proved, or one that is false on purpose was not refuted.

if (provideTools([Z3]).length > 0) process.exit(1)
const proofs = harnesses().flatMap((path) => {
  console.log(`\n${path}`)
  const found = prove(path)
  for (const proof of found) console.log(lineOf(proof))
  return found
})
const proved = proofs.filter(({ verdict }) => verdict === 'proved').length
const refuted = proofs.filter(
  ({ verdict, expected }) => verdict === 'refuted' && expected === 'refuted',
).length
const wrong = proofs.filter(({ verdict, expected }) => verdict !== expected).length
console.log(`\n${proved} proved, ${refuted} false on purpose refuted, ${wrong} not as expected`)
process.exitCode = wrong === 0 && proofs.length > 0 ? 0 : 1

function lineOf({ verdict, expected, title, answer, seconds }: Proof): string {
  const mark = verdict === expected ? ' ' : '!'
  return `${mark} ${verdict.padEnd(9)} ${title}  [z3 ${answer}, ${seconds.toFixed(1)} s]`
}
