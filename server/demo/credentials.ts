import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { writePrivateFile } from '../kernel/files.ts'
import type { Accounts } from '../keys/accounts.ts'
import { type CredentialGroup, DEMO_ACCOUNTS } from './cast.ts'

const key = z.object({ apiKey: z.string() })
const named = z.array(key.extend({ id: z.string(), name: z.string() }))
const fileSchema = z.object({
  operator: key,
  brands: named,
  marketplaces: named,
  customs: key,
  sellers: named,
  rightsHolders: named,
})

export type Credentials = z.output<typeof fileSchema>

const SINGLE: readonly CredentialGroup[] = ['operator', 'customs']

/** Where the keys of the demonstration are kept (mode 600). */
export function credentialsPath(dataDir: string): string {
  return join(resolve(dataDir), 'credentials.json')
}

/**
 * Makes the demonstration's accounts and writes their keys to `credentials.json`. A key that is in the file and still
 * works stays; one that is missing (the start was cut off in between) is made anew.
 */
export async function writeCredentials(accounts: Accounts, dataDir: string): Promise<Credentials> {
  const path = credentialsPath(dataDir)
  const before = existsSync(path)
    ? fileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
    : undefined
  const found: Record<string, unknown> = {}
  for (const { group, ...account } of DEMO_ACCOUNTS) {
    const known = before && keyIn(before, group, account.id)
    const works = known !== undefined && (await accounts.byApiKey(known))?.id === account.id
    const apiKey = works ? known : await makeKey(accounts, account)
    if (SINGLE.includes(group)) found[group] = { apiKey }
    else
      found[group] = [
        ...((found[group] as object[] | undefined) ?? []),
        { id: account.id, name: account.name, apiKey },
      ]
  }
  const credentials = fileSchema.parse(found)
  if (JSON.stringify(credentials) !== JSON.stringify(before))
    writePrivateFile(path, `${JSON.stringify(credentials, null, 2)}\n`)
  return credentials
}

/**
 * Makes the first operator where there is none, so that a service without the demonstration can be administered; the key
 * is in `credentials.json` (mode 600). Says nothing about an operator who exists: keys are not shown twice.
 */
export async function writeOperatorKey(accounts: Accounts, dataDir: string): Promise<void> {
  const operator = DEMO_ACCOUNTS.find((account) => account.group === 'operator')
  if (!operator || (await accounts.find('operator', operator.id))) return
  const { apiKey } = await accounts.create({ kind: operator.kind, id: operator.id, name: operator.name })
  writePrivateFile(credentialsPath(dataDir), `${JSON.stringify({ operator: { apiKey } }, null, 2)}\n`)
}

function keyIn(file: Credentials, group: CredentialGroup, id: string): string | undefined {
  const entry = file[group]
  return Array.isArray(entry) ? entry.find((e) => e.id === id)?.apiKey : entry.apiKey
}

async function makeKey(accounts: Accounts, account: Parameters<Accounts['create']>[0]): Promise<string> {
  const exists = await accounts.find(account.kind, account.id)
  const made = exists ? await accounts.addKey(account.kind, account.id) : await accounts.create(account)
  return made.apiKey
}
