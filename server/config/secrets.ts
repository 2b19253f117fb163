import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalBase64url } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'
import { writePrivateFile } from '../kernel/files.ts'
import type { Env } from './env.ts'

const MASTER_KEY_BYTES = 32

/**
 * The master key under which the service encrypts the keys it keeps: CACHET_MASTER_KEY (32 bytes, base64url or
 * hexadecimal), or, outside production, one made at the first start and kept in the data folder (mode 600).
 */
export function readMasterKey(env: Env, dataDir: string, production: boolean): Buffer {
  const given = env['CACHET_MASTER_KEY']
  if (given !== undefined && given !== '') return parseMasterKey(given)
  if (production) throw invalid('must be set when NODE_ENV is production')
  const file = join(dataDir, 'master.key')
  if (existsSync(file)) return parseMasterKey(readFileSync(file, 'utf8').trim())
  const key = randomBytes(MASTER_KEY_BYTES)
  writePrivateFile(file, `${key.toString('base64url')}\n`)
  return key
}

function parseMasterKey(text: string): Buffer {
  const bytes = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : canonicalBase64url(text)
  if (bytes?.length !== MASTER_KEY_BYTES)
    throw invalid('must be 32 bytes in base64url (43 characters) or hexadecimal (64)')
  return bytes
}

function invalid(reason: string): AppError {
  return new AppError('config.invalid', `CACHET_MASTER_KEY: ${reason}`, { name: 'CACHET_MASTER_KEY' })
}
