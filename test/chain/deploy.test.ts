import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { AbiCoder } from 'ethers'
import { spawnAnvil } from '../../server/chain/anvil-process.ts'
import { addressOf } from '../../server/chain/chain-keys.ts'
import { checkDeployment, type Deployment, deployContracts } from '../../server/chain/deploy.ts'
import { ARTIFACTS_DIR, readArtifact } from '../../server/chain/deploy-artifacts.ts'
import { openJournal } from '../../server/chain/deploy-journal.ts'
import { sendUntilMined, signStep } from '../../server/chain/deploy-send.ts'
import {
  type Addresses,
  createdAddress,
  deploymentSteps,
  LEDGER_OPERATOR_FUNCTIONS,
  OPERATOR_FUNCTIONS,
} from '../../server/chain/deploy-steps.ts'
import { createRpc, type Rpc } from '../../server/chain/rpc.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { freePort } from '../../server/kernel/free-port.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { rejection, tempFolder } from './support.ts'

const CHAIN_ID = 31_337
const DEPLOYER: Hex = `0x${'11'.repeat(32)}`
const RELAYER = addressOf(`0x${'22'.repeat(32)}`)
const STEPS = 12
/** The steps of a deployment that had only the registries. */
const FIRST_STEPS = ['AccessManager', 'BrandRegistry', 'ItemRegistry', 'operator-functions', 'operator:']
const BASE_URI = 'https://cachet.example/token/'

/*
 * deployment
 * ├── empty folder ─────────── eight contracts, roles given, twelve journal lines
 * ├── called again ─────────── nothing is sent; with another relayer one step more
 * ├── stopped after each step ─ the same addresses and bytes as without a stop
 * ├── only the registries ──── completed; the first contracts stay; also after the chain lost its blocks, or as records only
 * ├── torn last line ───────── removed, the deployment goes on
 * ├── chain lost its blocks ── the same bytes bring it back
 * ├── records only ─────────── taken as they are, without journal, key or artifacts
 * └── mismatch ─────────────── other chain id, other ABI, code gone, nonce used otherwise, nothing there
 */
describe('deployment', function () {
  this.timeout(60_000)
  let folder: Awaited<ReturnType<typeof tempFolder>>
  let anvil: ChildProcess
  let rpc: Rpc
  let deployments: string

  beforeEach(async () => {
    folder = await tempFolder()
    deployments = join(folder.path, 'deployment')
    const port = await freePort()
    anvil = await spawnAnvil({ folder: folder.path, port, stateFile: null, clock: systemClock })
    rpc = createRpc({ url: `http://127.0.0.1:${port}`, chainId: CHAIN_ID, log: silentLog })
    await rpc.call('anvil_setBalance', [addressOf(DEPLOYER), '0xde0b6b3a7640000'])
  })

  afterEach(async () => {
    await rpc.close()
    anvil.kill('SIGKILL')
    await once(anvil, 'exit')
    await folder.remove()
  })

  const deploy = (more: Partial<Parameters<typeof deployContracts>[0]> = {}): Promise<Deployment> =>
    deployContracts({
      rpcUrl: rpc.url,
      chainId: CHAIN_ID,
      deployerKey: DEPLOYER,
      folder: deployments,
      relayer: RELAYER,
      tokenBaseUri: BASE_URI,
      ...more,
    })

  const journalPath = (): string => join(deployments, 'journal.jsonl')
  const journalLines = (): string[] => readFileSync(journalPath(), 'utf8').trimEnd().split('\n')
  const nonce = async (): Promise<number> =>
    Number(await rpc.call<string>('eth_getTransactionCount', [addressOf(DEPLOYER), 'latest']))

  const isOperator = async (manager: Hex, account: Hex): Promise<boolean> => {
    const args = AbiCoder.defaultAbiCoder().encode(['uint64', 'address'], [1, account])
    const answer = await rpc.call<Hex>('eth_call', [
      { to: manager, data: `0xd1f856ee${args.slice(2)}` },
      'latest',
    ])
    return AbiCoder.defaultAbiCoder().decode(['bool', 'uint32'], answer)[0] as boolean
  }

  const roleFor = async (manager: Hex, target: Hex, selector: string): Promise<bigint> => {
    const { abi } = readArtifact('AccessManager', ARTIFACTS_DIR)
    const data = abi.encodeFunctionData('getTargetFunctionRole', [target, selector])
    const answer = await rpc.call<Hex>('eth_call', [{ to: manager, data }, 'latest'])
    return abi.decodeFunctionResult('getTargetFunctionRole', answer)[0] as bigint
  }

  /** What a version of this program left behind that knew only the registries. */
  const deployRegistries = async (): Promise<string[]> => {
    const journal = openJournal(journalPath())
    const options = { deployer: addressOf(DEPLOYER), relayer: RELAYER, tokenBaseUri: BASE_URI }
    const addresses: Record<string, Hex> = {}
    for (const step of deploymentSteps({ ...options, artifactsDir: ARTIFACTS_DIR })) {
      if (!FIRST_STEPS.some((id) => step.id.startsWith(id))) continue
      const unsigned = step.build(addresses as Addresses)
      const sign = { key: DEPLOYER, chainId: CHAIN_ID, step: step.id, nonce: await nonce() }
      const entry = await signStep(rpc, unsigned, sign)
      journal.append(entry)
      await sendUntilMined(rpc, entry)
      if (step.deploys !== null) addresses[step.deploys] = createdAddress(entry)
    }
    return Object.values(addresses)
  }

  it('puts the contracts on the chain and makes deployer and relayer operators', async () => {
    const { contracts } = await deploy()
    for (const { address } of Object.values(contracts)) {
      expect((await rpc.call<string>('eth_getCode', [address, 'latest'])).length).to.be.greaterThan(1_000)
    }
    const { ERC7913P256Verifier, ERC7913WebAuthnVerifier, ItemOwnership, EscrowVault } = contracts
    expect(ItemOwnership.constructorArgs).to.deep.equal([
      contracts.ItemRegistry.address,
      ERC7913P256Verifier.address,
      ERC7913WebAuthnVerifier.address,
      BASE_URI,
    ])
    expect(EscrowVault.constructorArgs).to.deep.equal([contracts.EnforcementLedger.address])
    for (const target of [contracts.BrandRegistry, contracts.EnforcementLedger]) {
      const { abi } = readArtifact(target.contract, ARTIFACTS_DIR)
      const restricted = target.contract === 'BrandRegistry' ? OPERATOR_FUNCTIONS : LEDGER_OPERATOR_FUNCTIONS
      for (const name of restricted) {
        const selector = abi.getFunction(name)?.selector ?? ''
        expect(await roleFor(contracts.AccessManager.address, target.address, selector), name).to.equal(1n)
      }
    }
    expect(contracts.ItemRegistry.blockNumber).to.equal(3)
    expect(contracts.ItemRegistry.constructorArgs).to.deep.equal([contracts.BrandRegistry.address])
    expect(await isOperator(contracts.AccessManager.address, addressOf(DEPLOYER))).to.equal(true)
    expect(await isOperator(contracts.AccessManager.address, RELAYER)).to.equal(true)
    expect(await isOperator(contracts.AccessManager.address, contracts.ItemRegistry.address)).to.equal(false)
    expect(journalLines()).to.have.length(STEPS)
    expect(readdirSync(deployments).sort()).to.deep.equal([
      'AccessManager.json',
      'BrandRegistry.json',
      'ERC7913P256Verifier.json',
      'ERC7913WebAuthnVerifier.json',
      'EnforcementLedger.json',
      'EscrowVault.json',
      'ItemOwnership.json',
      'ItemRegistry.json',
      'journal.jsonl',
    ])
  })

  it('sends nothing when called again', async () => {
    const first = await deploy()
    const before = { nonce: await nonce(), journal: readFileSync(journalPath(), 'utf8') }
    expect(await deploy()).to.deep.equal(first)
    expect({ nonce: await nonce(), journal: readFileSync(journalPath(), 'utf8') }).to.deep.equal(before)
    expect(await checkDeployment({ rpcUrl: rpc.url, chainId: CHAIN_ID, folder: deployments })).to.deep.equal(
      first,
    )
  })

  it('makes a new relayer an operator with one step more', async () => {
    const { contracts } = await deploy()
    const other = addressOf(`0x${'33'.repeat(32)}`)
    expect((await deploy({ relayer: other })).contracts).to.deep.equal(contracts)
    expect(await isOperator(contracts.AccessManager.address, other)).to.equal(true)
    expect(journalLines()).to.have.length(STEPS + 1)
  })

  it('gives one set of contracts wherever it was stopped', async () => {
    const empty = await rpc.call<string>('evm_snapshot', [])
    const whole = await deploy()
    const lines = journalLines()
    let snapshot = empty
    for (let kept = 0; kept <= STEPS; kept++) {
      await rpc.call('evm_revert', [snapshot])
      snapshot = await rpc.call<string>('evm_snapshot', [])
      // Stopped after the last kept line was written, with all of the others sent and recorded, or none.
      for (const line of lines.slice(0, Math.max(0, kept - 1))) {
        await rpc.call('eth_sendRawTransaction', [(JSON.parse(line) as { raw: Hex }).raw])
      }
      if (kept % 2 === 0) for (const name of readdirSync(deployments)) rmSync(join(deployments, name))
      writeFileSync(
        journalPath(),
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      )
      const resumed = await deploy()
      expect(addressesOf(resumed), `after ${kept} steps`).to.deep.equal(addressesOf(whole))
      expect(await nonce()).to.equal(STEPS)
      expect(journalLines().slice(0, kept)).to.deep.equal(lines.slice(0, kept))
    }
  })

  it('completes a deployment of the registries alone, and replays both parts in order', async () => {
    const empty = await rpc.call<string>('evm_snapshot', [])
    const registries = await deployRegistries()
    const before = journalLines()
    expect(before).to.have.length(6)
    const whole = await deploy()
    const journal = journalLines()
    expect(addressesOf(whole).slice(0, 3)).to.deep.equal(registries)
    expect(journal.slice(0, 6)).to.deep.equal(before)
    expect(journal).to.have.length(STEPS)
    expect(await deploy()).to.deep.equal(whole)
    await rpc.call('evm_revert', [empty])
    expect(await deploy()).to.deep.equal(whole)
    expect(journalLines()).to.deep.equal(journal)
  })

  it('completes registries that are only recorded, and refuses to without a key', async () => {
    const registries = await deployRegistries()
    await deploy()
    for (const name of readdirSync(deployments))
      if (!/^(AccessManager|BrandRegistry|ItemRegistry)/.test(name)) rmSync(join(deployments, name))
    const error = await rejection(deploy({ deployerKey: null }))
    expect(error).to.include({ code: 'chain.not_deployed' })
    const missing =
      'ERC7913P256Verifier, ERC7913WebAuthnVerifier, ItemOwnership, EnforcementLedger, EscrowVault'
    expect(error.data).to.deep.equal({ folder: deployments, chainId: CHAIN_ID, missing })
    const whole = await deploy()
    expect(addressesOf(whole).slice(0, 3)).to.deep.equal(registries)
    expect(addressesOf(whole)).to.have.length(8)
  })

  it('removes a last line that was cut off, and goes on', async () => {
    const whole = await deploy()
    appendFileSync(journalPath(), '{"step":"operator:0x')
    expect(await deploy()).to.deep.equal(whole)
    expect(journalLines()).to.have.length(STEPS)
  })

  it('brings the contracts back with the same bytes when the chain lost its blocks', async () => {
    const empty = await rpc.call<string>('evm_snapshot', [])
    const whole = await deploy()
    const journal = readFileSync(journalPath(), 'utf8')
    await rpc.call('evm_revert', [empty])
    expect(await nonce()).to.equal(0)
    expect(addressesOf(await deploy())).to.deep.equal(addressesOf(whole))
    expect(readFileSync(journalPath(), 'utf8')).to.equal(journal)
    expect(await isOperator(whole.contracts.AccessManager.address, RELAYER)).to.equal(true)
  })

  it('takes recorded contracts without journal, key or artifacts', async () => {
    const whole = await deploy()
    rmSync(journalPath())
    expect(await deploy({ deployerKey: null, artifactsDir: '/nowhere' })).to.deep.equal(whole)
    expect(existsSync(journalPath())).to.equal(false)
  })

  it('refuses a folder of another chain', async () => {
    await deploy()
    const path = join(deployments, 'ItemRegistry.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"chainId": 31337', '"chainId": 1'))
    const error = await rejection(deploy())
    expect(error).to.include({ code: 'chain.deployment_mismatch' })
    expect(error.data).to.deep.equal({ folder: deployments, recorded: 1, chainId: CHAIN_ID })
    expect(error.message).to.contain('Point CHAIN_RPC_URL at chain 1')
  })

  it('refuses a contract of another ABI', async () => {
    await deploy()
    const path = join(deployments, 'BrandRegistry.json')
    const record = JSON.parse(readFileSync(path, 'utf8')) as { abiHash: string }
    writeFileSync(path, JSON.stringify({ ...record, abiHash: `0x${'00'.repeat(32)}` }))
    const error = await rejection(deploy())
    expect(error).to.include({ code: 'chain.deployment_mismatch' })
    expect(error.data).to.deep.include({ contract: 'BrandRegistry', folder: deployments })
  })

  it('refuses a chain where the code is gone and cannot be replayed', async () => {
    const { contracts } = await deploy()
    await rpc.call('anvil_setCode', [contracts.ItemRegistry.address, '0x'])
    const missing = await rejection(
      checkDeployment({ rpcUrl: rpc.url, chainId: CHAIN_ID, folder: deployments }),
    )
    expect(missing.data).to.deep.equal({ folder: deployments, missing: 'ItemRegistry' })
    const error = await rejection(deploy())
    expect(error).to.include({ code: 'chain.deployment_mismatch' })
    expect(error.data).to.deep.equal({ folder: deployments, missing: 'ItemRegistry' })
  })

  it('refuses a chain whose earlier transactions of the deployer are not these', async () => {
    await deploy()
    const first = JSON.parse(journalLines()[0] ?? '') as Record<string, unknown>
    for (const name of readdirSync(deployments)) rmSync(join(deployments, name))
    writeFileSync(journalPath(), `${JSON.stringify({ ...first, nonce: 99 })}\n`)
    expect((await rejection(deploy())).data).to.deep.equal({ folder: deployments, missing: 'AccessManager' })
  })

  it('says what is missing: a deployment, a compiled contract, money', async () => {
    expect(await checkDeployment({ rpcUrl: rpc.url, chainId: CHAIN_ID, folder: deployments })).to.equal(null)
    expect(await rejection(deploy({ deployerKey: null }))).to.include({ code: 'chain.not_deployed' })
    expect(await rejection(deploy({ artifactsDir: folder.path }))).to.include({ code: 'chain.not_compiled' })
    const poor = await rejection(deploy({ deployerKey: `0x${'44'.repeat(32)}` }))
    expect(poor.code).to.be.oneOf(['chain.deployment_failed', 'chain.rejected'])
    expect(poor.message).to.match(/funds/i)
  })
})

function addressesOf({ contracts }: Deployment): string[] {
  return Object.values(contracts).map((record) => record.address)
}
