import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { id } from 'ethers'
import { type VerificationRequest, writeVerification } from '../../scripts/contracts/verification.ts'
import { spawnAnvil } from '../../server/chain/anvil-process.ts'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { type Deployment, deployContracts } from '../../server/chain/deploy.ts'
import { ARTIFACTS_DIR, DEPLOYED, readArtifact } from '../../server/chain/deploy-artifacts.ts'
import { createRpc, type Rpc } from '../../server/chain/rpc.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { freePort } from '../../server/kernel/free-port.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { tempFolder } from './support.ts'

const CHAIN_ID = 31_337
const DEPLOYER: Hex = `0x${'11'.repeat(32)}`
const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string; version(): string }

type Compiled = {
  readonly contracts: Readonly<Record<string, Record<string, { evm: { bytecode: { object: string } } }>>>
}

describe('source verification', function () {
  this.timeout(300_000)
  let folder: Awaited<ReturnType<typeof tempFolder>>
  let anvil: ChildProcess
  let rpc: Rpc
  let deployment: Deployment

  before(async () => {
    folder = await tempFolder()
    const port = await freePort()
    anvil = await spawnAnvil({ folder: folder.path, port, stateFile: null, clock: systemClock })
    rpc = createRpc({ url: `http://127.0.0.1:${port}`, chainId: CHAIN_ID, log: silentLog })
    await rpc.call('anvil_setBalance', [addressOf(DEPLOYER), '0xde0b6b3a7640000'])
    deployment = await deployContracts({
      rpcUrl: rpc.url,
      chainId: CHAIN_ID,
      deployerKey: DEPLOYER,
      folder: folder.path,
      tokenBaseUri: 'https://cachet.example/token/',
    })
  })

  after(async () => {
    await rpc.close()
    anvil.kill('SIGKILL')
    await once(anvil, 'exit')
    await folder.remove()
  })

  const write = (of = deployment) =>
    writeVerification({ rpcUrl: rpc.url, deployment: of, folder: folder.path })
  const fileOf = (contract: string, name: string): string =>
    readFileSync(join(folder.path, 'verification', contract, name), 'utf8')

  it('writes for each contract what compiles to its creation code on the chain', async () => {
    expect(await write()).to.deep.equal([...DEPLOYED])
    for (const record of Object.values(deployment.contracts)) {
      const request = JSON.parse(fileOf(record.contract, 'request.json')) as VerificationRequest
      const [source = '', name = ''] = request.contractIdentifier.split(':')
      expect(name).to.equal(record.contract)
      expect(solc.version()).to.contain(request.compilerVersion)
      const outputSelection = { [source]: { [name]: ['evm.bytecode.object'] } }
      const settings = { ...request.stdJsonInput.settings, outputSelection }
      const input = JSON.stringify({ ...request.stdJsonInput, settings })
      const { contracts } = JSON.parse(solc.compile(input)) as Compiled
      const code = contracts[source]?.[name]?.evm.bytecode.object
      const hash = request.creationTransactionHash
      const sent = await rpc.call<{ input: string }>('eth_getTransactionByHash', [hash])
      const { abi } = readArtifact(record.contract, ARTIFACTS_DIR)
      expect(sent.input).to.equal(`0x${code}${abi.encodeDeploy(record.constructorArgs).slice(2)}`)
    }
  })

  it('writes the metadata of the same sources, by their hashes', async () => {
    await write()
    for (const contract of DEPLOYED) {
      const { stdJsonInput } = JSON.parse(fileOf(contract, 'request.json')) as VerificationRequest
      const { sources } = JSON.parse(fileOf(contract, 'metadata.json')) as {
        sources: Record<string, { keccak256: string }>
      }
      const hashes = Object.entries(stdJsonInput.sources).map(([name, { content }]) => [name, id(content)])
      expect(Object.fromEntries(hashes)).to.deep.equal(
        Object.fromEntries(Object.entries(sources).map(([name, { keccak256 }]) => [name, keccak256])),
      )
    }
  })

  it('leaves out a contract whose code on the chain was compiled from something else', async () => {
    const { BrandRegistry, ItemRegistry } = deployment.contracts
    const other = { ...BrandRegistry, transactionHash: ItemRegistry.transactionHash }
    const contracts = { ...deployment.contracts, BrandRegistry: other }
    const written = await write({ ...deployment, contracts })
    expect(written).to.deep.equal(DEPLOYED.filter((name) => name !== 'BrandRegistry'))
  })
})
