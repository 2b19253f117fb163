import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../lib/test-run.ts'
import { asBits } from './smt-bits.ts'
import { type Property, propertiesOf } from './smt-properties.ts'

/*
 * solc's model checker turns each assert of a harness into a question, and z3 answers. Engine CHC asks in Horn clauses:
 * "sat", the assert holds in every state that calls can reach; "unsat", some calls break it. Engine BMC follows one call
 * from any state at all and asks for values that break the assert: "unsat", there are none. The harness names its engine
 * by `@custom:engine`.
 */

type Engine = 'chc' | 'bmc'
export type Verdict = 'proved' | 'refuted' | 'undecided'
export type Proof = Property & {
  readonly verdict: Verdict
  /** First line of what the solver said, and how long it took. */
  readonly answer: string
  readonly seconds: number
}

type Message = { readonly severity: string; readonly message: string; readonly formattedMessage: string }
type Answer = { readonly text: string; readonly seconds: number }
type Solc = {
  compile(
    input: string,
    callbacks: {
      import(path: string): { contents: string } | { error: string }
      smtSolver(query: string): { contents: string }
    },
  ): string
}

/** A property takes seconds; one that takes longer has to be put more simply. */
const QUERY_MAX_SECONDS = 100
/** What the compiler's own wrapper asks of z3. */
const Z3_OPTIONS = [
  'rewriter.pull_cheap_ite=true',
  'fp.spacer.q3.use_qgen=true',
  'fp.spacer.mbqi=false',
  'fp.spacer.ground_pobs=false',
]
const HARNESSES = 'test/contracts/smt/*.sol'

const solc = createRequire(import.meta.url)('solc') as Solc

/** Paths of the harnesses, relative to the root. */
export function harnesses(): string[] {
  return globSync(HARNESSES, { cwd: ROOT }).sort()
}

/** Decides every property of a harness, in the order they are written. */
export function prove(path: string): Proof[] {
  const source = readFileSync(join(ROOT, path), 'utf8')
  const engine: Engine = source.includes('@custom:engine bmc') ? 'bmc' : 'chc'
  const answers: Answer[] = []
  const failed = check(path, source, engine, answers).filter(({ severity }) => severity === 'error')
  if (failed.length > 0) throw new Error(failed.map(({ formattedMessage }) => formattedMessage).join('\n'))
  const properties = propertiesOf(source)
  if (answers.length !== properties.length)
    throw new Error(`${path} has ${properties.length} properties, but ${answers.length} questions were asked`)
  return properties.map((property, place) => {
    const { text = '', seconds = 0 } = answers[place] ?? {}
    const answer = text.split('\n', 1)[0]?.trim() ?? ''
    return { ...property, verdict: verdictOf(answer, engine), answer: `${engine} ${answer}`, seconds }
  })
}

/** Asserts are asked about in the order they are written; what is asked and answered is added to `answers`. */
function check(path: string, content: string, engine: Engine, answers: Answer[]): Message[] {
  const modelChecker = {
    engine,
    solvers: ['smtlib2'],
    targets: ['assert'],
    contracts: { [path]: [contractOf(content, path)] },
  }
  const settings = { evmVersion: 'cancun', outputSelection: { '*': { '*': [] } }, modelChecker }
  const input = { language: 'Solidity', sources: { [path]: { content } }, settings }
  const output = solc.compile(JSON.stringify(input), {
    import: (name) => ({ contents: readFileSync(join(ROOT, name), 'utf8') }),
    smtSolver: (query) => {
      const answer = ask(engine === 'bmc' ? asBits(query) : query)
      answers.push(answer)
      return { contents: /^(?:sat|unsat)\b/.test(answer.text) ? answer.text : 'unknown' }
    },
  })
  return (JSON.parse(output) as { errors?: Message[] }).errors ?? []
}

function contractOf(source: string, path: string): string {
  const name = /^contract (\w+)/m.exec(source)?.[1]
  if (name === undefined) throw new Error(`${path} has no contract`)
  return name
}

function ask(query: string): Answer {
  const folder = mkdtempSync(join(tmpdir(), 'cachet-smt-'))
  const started = performance.now()
  try {
    const file = join(folder, 'query.smt2')
    writeFileSync(file, query)
    const args = ['-smt2', `-T:${QUERY_MAX_SECONDS}`, ...Z3_OPTIONS, file]
    const { stdout, error } = spawnSync('z3', args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (error) throw new Error('z3 could not be run (Debian package z3)', { cause: error })
    return { text: stdout, seconds: (performance.now() - started) / 1_000 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function verdictOf(answer: string, engine: Engine): Verdict {
  if (answer !== 'sat' && answer !== 'unsat') return 'undecided'
  return (answer === 'sat') === (engine === 'chc') ? 'proved' : 'refuted'
}
