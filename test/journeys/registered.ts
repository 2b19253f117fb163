import { randomBytes } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import { eventually } from '../support/service.ts'
import type { Service } from './service.ts'

export const GTIN = '09521234001157'
export type Item = { readonly serial: string; readonly code: string }

/** Items of the demonstration's brand with the codes under their scratch panels. */
export async function registered({ url, credentials }: Service, count: number): Promise<Item[]> {
  const prefix = randomBytes(4).toString('hex').toUpperCase()
  const authorization = `Bearer ${credentials.brands[0]?.apiKey}`
  const rows = Array.from({ length: count }, (_, i) => `${GTIN},PK${prefix}${i},Parfum N° 12`)
  const uploaded = await fetch(`${url}/v1/batches`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv' },
    body: `gtin,serial,model\n${rows.join('\n')}\n`,
  })
  const { id } = (await uploaded.json()) as { id: string }
  await eventually('the batch is anchored', async () => {
    const batch = await fetch(`${url}/v1/batches/${id}`, { headers: { authorization } })
    return ((await batch.json()) as { status: string }).status === 'anchored'
  })
  const codes = await fetch(`${url}/v1/batches/${id}/claim-codes.csv`, { headers: { authorization } })
  const lines = parse(await codes.text(), { columns: true }) as Record<string, string>[]
  return lines.map((line) => ({ serial: line['serial'] ?? '', code: line['claim_code'] ?? '' }))
}
