import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { deployContracts } from '../server/chain/deploy.ts'
import { createRpc } from '../server/chain/rpc.ts'
import { readEnv } from '../server/config/env.ts'
import { toHex } from '../server/kernel/bytes.ts'
import { messageOf } from '../server/kernel/errors.ts'
import { silentLog } from '../server/kernel/log.ts'
import { writeVerification } from './contracts/verification.ts'

const HELP = `Deploys the contracts, or resumes and checks a deployment.

  CHAIN_RPC_URL=… CHAIN_DEPLOYER_KEY=0x… node scripts/deploy.ts [--relayer ADDRESS] [--out FOLDER]

The endpoint's chain gets a folder of its own, deployments/<chain id>, unless --out names one.
Its folder verification/ holds, for each contract, what Sourcify takes to verify the source.
PUBLIC_URL is where the gateway will be reached: the tokens of items name it (http://localhost:8080).
Run "npx hardhat build" first. Without CHAIN_DEPLOYER_KEY a recorded deployment is only checked.`

const DEFAULT_PUBLIC_URL = 'http://localhost:8080'

async function main(): Promise<void> {
  const options = { relayer: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ options })
  const { CHAIN_RPC_URL: rpcUrls, CHAIN_DEPLOYER_KEY: key, PUBLIC_URL: publicUrl } = readEnv()
  // Of several endpoints the first is enough here: what it says is checked by all of them when the service starts.
  const rpcUrl = rpcUrls?.split(',')[0]?.trim()
  if (values.help || !rpcUrl) {
    console.log(HELP)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const chainId = await chainIdOf(rpcUrl)
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const folder = values.out ?? join(root, 'deployments', String(chainId))
  const relayer = values.relayer ? toHex(values.relayer, 20) : null
  const deployment = await deployContracts({
    rpcUrl,
    chainId,
    folder,
    relayer,
    tokenBaseUri: `${(publicUrl ?? DEFAULT_PUBLIC_URL).replace(/\/+$/, '')}/token/`,
    deployerKey: key ? toHex(key, 32) : null,
  })
  const written = await writeVerification({ rpcUrl, deployment, folder })
  for (const { contract, address, blockNumber } of Object.values(deployment.contracts)) {
    const note = written.includes(contract) ? '' : '  compiled from other sources than these'
    console.log(`${contract.padEnd(24)} ${address}  block ${blockNumber}${note}`)
  }
}

async function chainIdOf(url: string): Promise<number> {
  const rpc = createRpc({ url, chainId: null, log: silentLog })
  try {
    return await rpc.chainId()
  } finally {
    await rpc.close()
  }
}

main().catch((error: unknown) => {
  console.error(messageOf(error))
  process.exitCode = 1
})
