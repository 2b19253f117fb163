import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * `killed`: a test failed. `survived`: none did. `equivalent`: the compiler makes the same of it as of the contract, or
 * of another mutant, so no test can tell. `invalid`: it does not compile.
 */
export type State = 'killed' | 'survived' | 'equivalent' | 'invalid'

export type Result = { readonly id: string; readonly state: State; readonly by: string | null }

/** The results so far, one JSON line each; a later line of a mutant counts. */
export type Journal = { readonly results: ReadonlyMap<string, Result>; add(result: Result): void }

export function openJournal(path: string): Journal {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const read = lines.flatMap((line) => parse(line))
  const results = new Map(read.map((result) => [result.id, result]))
  mkdirSync(dirname(path), { recursive: true })
  return {
    results,
    add(result) {
      appendFileSync(path, `${JSON.stringify(result)}\n`)
      results.set(result.id, result)
    },
  }
}

/** A line that was cut off when the run was ended is as if it had not been written. */
function parse(line: string): Result[] {
  try {
    return [JSON.parse(line) as Result]
  } catch {
    return []
  }
}
