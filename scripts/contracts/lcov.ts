import { isAbsolute, relative, sep } from 'node:path'

/** A line, or one way out of a branch (`way` counts them), and how often it was taken. */
export type Point = { readonly line: number; readonly way?: string; readonly hits: number }
export type FileCoverage = {
  readonly path: string
  readonly lines: readonly Point[]
  readonly branches: readonly Point[]
}

/** Reads a report in lcov's format; paths become relative to `root`. */
export function parseLcov(text: string, root: string): FileCoverage[] {
  return text
    .split('end_of_record')
    .filter((record) => record.includes('SF:'))
    .map((record) => parseRecord(record.trim().split('\n'), root))
}

function parseRecord(rows: readonly string[], root: string): FileCoverage {
  const fieldsOf = (key: string): string[][] =>
    rows.filter((row) => row.startsWith(`${key}:`)).map((row) => row.slice(key.length + 1).split(','))
  const name = fieldsOf('SF')[0]?.join(',') ?? ''
  const path = isAbsolute(name) ? relative(root, name) : name
  return {
    path: path.split(sep).join('/'),
    lines: fieldsOf('DA').map(([line, hits]) => ({ line: Number(line), hits: Number(hits) })),
    // BRDA:line,block,branch,taken, with "-" where the block was never reached.
    branches: fieldsOf('BRDA').map(([line, block, branch, hits]) => ({
      line: Number(line),
      way: `${block}.${branch}`,
      hits: hits === '-' ? 0 : Number(hits),
    })),
  }
}

/** One row a file, of both reports, sorted by path. */
export function merged(lines: readonly FileCoverage[], branches: readonly FileCoverage[]): FileCoverage[] {
  const paths = [...new Set([...lines, ...branches].map(({ path }) => path))].sort()
  return paths.map((path) => ({
    path,
    lines: lines.find((one) => one.path === path)?.lines ?? [],
    branches: branches.find((one) => one.path === path)?.branches ?? [],
  }))
}

/** What was never taken, one text each. */
export function missingIn({ path, lines, branches }: FileCoverage): string[] {
  const missed = (points: readonly Point[]): Point[] => points.filter(({ hits }) => hits === 0)
  return [
    ...missed(lines).map(({ line }) => `${path}:${line}: line never run`),
    ...missed(branches).map(({ line, way }) => `${path}:${line}: way ${way} of a branch never taken`),
  ]
}

/** "100.00 % (12/12)". */
export function percent(points: readonly Point[]): string {
  if (points.length === 0) return '–'
  const taken = points.filter(({ hits }) => hits > 0).length
  return `${((taken / points.length) * 100).toFixed(2)} % (${taken}/${points.length})`
}
