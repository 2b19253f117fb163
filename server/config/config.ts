import { z } from 'zod'
import { type Hex, toHex } from '../kernel/bytes.ts'
import { AppError } from '../kernel/errors.ts'
import type { Env } from './env.ts'

/** Everything the service can be told, checked and grouped; secrets are in `secrets.ts`. */
export type Config = {
  readonly production: boolean
  readonly logLevel: string
  readonly dataDir: string
  readonly demo: boolean
  readonly http: {
    readonly port: number
    readonly host: string
    readonly publicUrl: string
    readonly trustedProxies: number
    readonly requestsPerMinute: { readonly public: number; readonly account: number }
  }
  /** Units of gas that the relayer pays on one day (UTC) for a brand, a person, an item. */
  readonly gasADay: { readonly brand: number; readonly person: number; readonly item: number }
  readonly db: { readonly uri: string | null }
  readonly chain: {
    /** JSON-RPC endpoints of one chain; none runs the embedded devnet. */
    readonly rpcUrls: readonly string[]
    /** How many endpoints must agree; null: just more than half. */
    readonly rpcQuorum: number | null
    /** Endpoints of the same chain that buyers' browsers ask directly when they check an item by themselves. */
    readonly publicRpcUrls: readonly string[]
    /** Blocks until a block is final, itself counted; `finalized` asks the node for its finalized block. */
    readonly confirmations: number | 'finalized'
    readonly pollMs: number
    /** Where deployments to chains other than the embedded one are written down. */
    readonly deploymentsDir: string
  }
}

/** What the command line may say over the environment. */
export type Overrides = { readonly port?: string; readonly data?: string; readonly demo?: boolean }

/** For everybody of one network together; an account may send ten times as many. 0 switches the limit off. */
const PRODUCTION_REQUESTS_PER_MINUTE = 600
const ACCOUNT_FACTOR = 10
/** About 7,000 claims. */
const GAS_PER_BRAND_A_DAY = 1_000_000_000
/** About 20 claims, or 30 transfers by passkey. */
const GAS_PER_PERSON_A_DAY = 3_000_000
const EMBEDDED_POLL_MS = 200
const REMOTE_POLL_MS = 1_000

/** Each is asked whatever one is asked, so more than a few only cost. */
const ENDPOINTS_MAX = 9

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''))

const envSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().min(1).optional(),
  PUBLIC_URL: url.optional(),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  CHAIN_RPC_URL: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(url).min(1).max(ENDPOINTS_MAX))
    .optional(),
  CHAIN_RPC_QUORUM: z.coerce.number().int().min(1).max(ENDPOINTS_MAX).optional(),
  CHAIN_PUBLIC_RPC_URLS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
    .pipe(z.array(z.url({ protocol: /^https$/ })).max(3))
    .default([]),
  CHAIN_CONFIRMATIONS: z
    .union([z.literal('finalized'), z.coerce.number().int().min(1).max(10_000)])
    .optional(),
  CACHET_DEPLOYMENTS_DIR: z.string().min(1).default('deployments'),
  CACHET_DATA_DIR: z.string().min(1).default('.data'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).optional(),
  NODE_ENV: z.string().default('development'),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(10_000_000).optional(),
  GAS_PER_BRAND_A_DAY: z.coerce.number().int().min(0).default(GAS_PER_BRAND_A_DAY),
  GAS_PER_PERSON_A_DAY: z.coerce.number().int().min(0).default(GAS_PER_PERSON_A_DAY),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
})

/** Reads the configuration; throws `config.invalid` with every fault in one message. */
export function readConfig(env: Env, overrides: Overrides = {}): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const merged = {
    ...given,
    ...(overrides.port === undefined ? {} : { PORT: overrides.port }),
    ...(overrides.data === undefined ? {} : { CACHET_DATA_DIR: overrides.data }),
  }
  const parsed = envSchema.safeParse(merged)
  if (!parsed.success)
    throw invalid(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  const e = parsed.data
  const production = e.NODE_ENV === 'production'
  const faults = quorumFaults(e.CHAIN_RPC_URL ?? [], e.CHAIN_RPC_QUORUM)
  if (faults.length > 0) throw invalid(faults)
  const missing = production ? requiredInProduction(merged) : []
  if (missing.length > 0)
    throw invalid(missing.map((name) => `${name}: must be set when NODE_ENV is production`))
  return {
    production,
    logLevel: e.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    dataDir: e.CACHET_DATA_DIR,
    demo: overrides.demo ?? !production,
    http: {
      port: e.PORT,
      host: e.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
      publicUrl: e.PUBLIC_URL ?? `http://localhost:${e.PORT}`,
      trustedProxies: e.TRUSTED_PROXIES,
      requestsPerMinute: limitsOf(e.REQUESTS_PER_MINUTE ?? (production ? PRODUCTION_REQUESTS_PER_MINUTE : 0)),
    },
    gasADay: {
      brand: e.GAS_PER_BRAND_A_DAY,
      person: e.GAS_PER_PERSON_A_DAY,
      item: e.GAS_PER_PERSON_A_DAY,
    },
    db: { uri: e.MONGODB_URI ?? null },
    chain: {
      rpcUrls: e.CHAIN_RPC_URL ?? [],
      rpcQuorum: e.CHAIN_RPC_QUORUM ?? null,
      publicRpcUrls: e.CHAIN_PUBLIC_RPC_URLS,
      confirmations: e.CHAIN_CONFIRMATIONS ?? (e.CHAIN_RPC_URL ? 'finalized' : 1),
      pollMs: e.CHAIN_RPC_URL ? REMOTE_POLL_MS : EMBEDDED_POLL_MS,
      deploymentsDir: e.CACHET_DEPLOYMENTS_DIR,
    },
  }
}

function limitsOf(perMinute: number): { public: number; account: number } {
  return { public: perMinute, account: perMinute * ACCOUNT_FACTOR }
}

/** Half of the endpoints are not enough: two halves could say two things. */
function quorumFaults(urls: readonly string[], quorum: number | undefined): string[] {
  const twice = new Set(urls).size < urls.length ? ['CHAIN_RPC_URL: names an endpoint twice'] : []
  if (quorum === undefined || (quorum > urls.length / 2 && quorum <= urls.length)) return twice
  const least = Math.floor(urls.length / 2) + 1
  return [...twice, `CHAIN_RPC_QUORUM: must be from ${least} to ${urls.length} for ${urls.length} endpoints`]
}

function requiredInProduction(env: Record<string, string | undefined>): string[] {
  const names = ['PUBLIC_URL', 'CACHET_MASTER_KEY']
  if (env['CHAIN_RPC_URL']) names.push('CHAIN_DEPLOYER_KEY', 'CHAIN_RELAYER_KEY')
  return names.filter((name) => !env[name])
}

function invalid(faults: string[]): AppError {
  return new AppError(
    'config.invalid',
    `The configuration has faults:\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    { faults },
  )
}

/** Chain accounts given by the environment; null where the embedded devnet makes its own. */
export function readChainKeys(env: Env): { deployerKey: Hex | null; relayerKey: Hex | null } {
  const key = (name: string): Hex | null => {
    const text = env[name]
    if (text === undefined || text === '') return null
    try {
      return toHex(text.startsWith('0x') ? text : `0x${text}`, 32)
    } catch {
      throw invalid([`${name}: must be a private key of 32 bytes in hexadecimal`])
    }
  }
  return { deployerKey: key('CHAIN_DEPLOYER_KEY'), relayerKey: key('CHAIN_RELAYER_KEY') }
}
