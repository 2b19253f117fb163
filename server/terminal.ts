import { join, resolve } from 'node:path'
import type { Config } from './config/config.ts'

export const usage = `Starts Cachet.

  npm start                          the service with its demonstration, on http://localhost:8080
  npm start -- --port 9000           on another port
  npm start -- --data FOLDER         with its data in another folder than .data
  npm start -- --no-demo             without loading the demonstration

Settings by environment: PORT HOST PUBLIC_URL MONGODB_URI CHAIN_RPC_URL CHAIN_RPC_QUORUM CHAIN_PUBLIC_RPC_URLS CHAIN_CONFIRMATIONS
CHAIN_DEPLOYER_KEY CHAIN_RELAYER_KEY CACHET_DATA_DIR CACHET_DEPLOYMENTS_DIR CACHET_MASTER_KEY GAS_PER_BRAND_A_DAY
GAS_PER_PERSON_A_DAY REQUESTS_PER_MINUTE TRUSTED_PROXIES LOG_LEVEL NODE_ENV`

/** What a person sees once the service answers: where to go, and where the keys are. */
export function readyBlock(config: Config, store: 'embedded' | 'mongodb'): string {
  const url = config.http.publicUrl
  const lines = [
    ['Cachet is ready', url],
    ['scan a code', `${url}/scan`],
    ['brand desk', `${url}/brand`],
    ['marketplace desk', `${url}/marketplace`],
    ['API description', `${url}/docs`],
    [config.demo ? 'demo keys' : 'operator key', join(resolve(config.dataDir), 'credentials.json')],
    [
      'data',
      `${resolve(config.dataDir)} (store: ${store}; chain: ${config.chain.rpcUrls.length > 0 ? 'remote' : 'embedded'})`,
    ],
  ]
  return [
    '',
    ...lines.map(([name, value]) => `  ${String(name).padEnd(18)}${value}`),
    '',
    '  Stop with Ctrl+C; the data stays.',
    '',
  ].join('\n')
}
