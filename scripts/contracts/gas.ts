import { parseArgs } from 'node:util'
import { network } from 'hardhat'
import { measureOurs } from './gas/ours.ts'
import { measurePeers } from './gas/peers.ts'
import { isBroken, tableOf } from './gas/row.ts'

const HELP = `npm run gas [-- --peers false]

Gas of our contracts beside that of their peers, from receipts of one local chain in one run. Ends with 1 when one of our
figures is not below its limit. The peers' contracts are fetched from npm when they are not in the cache yet.`

async function main(): Promise<void> {
  const options = {
    peers: { type: 'string', default: 'true' },
    help: { type: 'boolean', short: 'h' },
  } as const
  const { values } = parseArgs({ options })
  if (values.help) return console.log(HELP)
  // Osaka has the P-256 precompile (EIP-7951), which most rollups have had since RIP-7212.
  const { ethers } = await network.create({ override: { hardfork: 'osaka' } })
  const ours = await measureOurs(ethers)
  const peers = values.peers === 'false' ? [] : await measurePeers(ethers)
  console.log(tableOf([...ours, ...peers]))
  if (ours.some(isBroken)) process.exitCode = 1
}

await main()
