/** One measured figure, beside its limit where one was measured in the same run. */
export type Row = {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The bare limit or the peer that the value is compared with, in the same unit; null where there is none. */
  readonly limit: number | null
  /** value / limit, as the figure's own file defines better; null without a limit. */
  readonly ratio: number | null
  /** How many were measured. */
  readonly n: number
}

/** What `--n 1000 --peer x` became: `{ n: '1000', peer: 'x' }`. A flag without a value is 'true'. */
export type BenchOptions = Readonly<Record<string, string>>

/** What a file in scripts/bench/ exports. */
export type BenchModule = {
  run(options: BenchOptions): AsyncIterable<Row> | Promise<Iterable<Row> | AsyncIterable<Row>>
}
