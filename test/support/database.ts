import { randomBytes } from 'node:crypto'

/**
 * Where a test's data goes: null for the embedded store in the test's own folder, or a database of its own on the MongoDB
 * that MONGODB_URI names (npm run test:mongo). Who opens it drops it in the end.
 */
export function testDatabaseUri(): string | null {
  const given = process.env['MONGODB_URI']
  if (!given) return null
  const [, hosts, options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(given) ?? []
  if (!hosts) throw new Error(`MONGODB_URI is no connection string: ${given}`)
  return `${hosts}/test_${randomBytes(6).toString('hex')}${options}`
}
