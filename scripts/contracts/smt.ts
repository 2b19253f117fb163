import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../lib/test-run.ts'
import { type Property, propertiesOf } from './smt-properties.ts'

/*
 * solc's model checker (engine CHC: every state that any sequence of calls can reach, no bound on their number) turns each
 * assert of a harness into Horn clauses, and z3 answers: "sat", an invariant exists and the assert holds for ever;
 * "unsat", some sequence of calls breaks it.
 */

export type Verdict = 'proved' | 'refuted' | 'undecided'
export type Proof = Property & {
  readonly verdict: Verdict
  /** First line of what the solver said, and how long it took. */
  readonly answer: string
  readonly seconds: number
}

type Message = {
  readonly errorCode?: string
  readonly severity: string
  readonly message: string
  readonly formattedMessage: string
  readonly sourceLocation?: { readonly file: string; readonly start: number }
}
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
  const answers: Answer[] = []
  const messages = check(path, source, answers)
  const failed = messages.filter(({ severity }) => severity === 'error')
  if (failed.length > 0) throw new Error(failed.map(({ formattedMessage }) => formattedMessage).join('\n'))
  const properties = propertiesOf(source)
  if (answers.length !== properties.length)
    throw new Error(`${path} has ${properties.length} properties, but ${answers.length} questions were asked`)
  return properties.map((property, place) => {
    const { text = '', seconds = 0 } = answers[place] ?? {}
    return { ...property, verdict: verdictOf(property, path, messages), answer: firstLine(text), seconds }
  })
}

function check(path: string, content: string, answers: Answer[]): Message[] {
  const modelChecker = {
    engine: 'chc',
    solvers: ['smtlib2'],
    targets: ['assert'],
    showProvedSafe: true,
    showUnproved: true,
    contracts: { [path]: [contractOf(content, path)] },
  }
  const settings = { evmVersion: 'cancun', outputSelection: { '*': { '*': [] } }, modelChecker }
  const input = { language: 'Solidity', sources: { [path]: { content } }, settings }
  const output = solc.compile(JSON.stringify(input), {
    import: (name) => ({ contents: readFileSync(join(ROOT, name), 'utf8') }),
    smtSolver: (query) => {
      const answer = ask(query)
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

/** The compiler says at the place of each assert what became of it. */
function verdictOf(property: Property, path: string, messages: readonly Message[]): Verdict {
  const said = messages.filter(
    ({ message, sourceLocation }) =>
      message.startsWith('CHC: ') &&
      sourceLocation?.file === path &&
      sourceLocation.start >= property.start &&
      sourceLocation.start < property.end,
  )
  if (said.some(({ message }) => message.includes('Assertion violation happens here'))) return 'refuted'
  const isSafe = said.length > 0 && said.every(({ message }) => message.includes('check is safe'))
  return isSafe ? 'proved' : 'undecided'
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? ''
}
