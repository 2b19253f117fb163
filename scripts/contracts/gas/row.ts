/** One figure of the gas table, from a receipt. `limit` is what it has to stay below, where there is a limit. */
export type GasRow = {
  readonly who: string
  readonly what: string
  readonly gas: number
  readonly limit?: number
}

/** The share of one item in a transaction for many. */
export function perItem(gas: number, items: number): number {
  const share = gas / items
  return share < 10 ? Math.ceil(share * 100) / 100 : Math.ceil(share)
}

export function isBroken({ gas, limit }: GasRow): boolean {
  return limit !== undefined && !(gas < limit)
}

/** Columns that line up, with a mark where a limit is not kept. */
export function tableOf(rows: readonly GasRow[]): string {
  const lines = rows.map((row) => [
    row.who,
    row.what,
    row.gas.toLocaleString('en'),
    row.limit === undefined ? '' : `${isBroken(row) ? 'NOT ' : ''}< ${row.limit.toLocaleString('en')}`,
  ])
  const all = [['of', 'what', 'gas', 'limit'], ...lines]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)))
  return all
    .map(([who = '', what = '', gas = '', limit = '']) =>
      [who.padEnd(widths[0] ?? 0), what.padEnd(widths[1] ?? 0), gas.padStart(widths[2] ?? 0), limit]
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
