import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Interface, type InterfaceAbi } from 'ethers'

/*
 * Writes the ABIs of the compiled contracts, one readable line each (ethers and viem read them), into server/chain/abi/. With --check it writes nothing
 * and ends with 1 when a file is not what the contracts say.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))

const EXPORTS = [
  { contract: 'BrandRegistry', artifact: 'contracts/registry/BrandRegistry.sol', file: 'brand-registry' },
  { contract: 'ItemRegistry', artifact: 'contracts/registry/ItemRegistry.sol', file: 'item-registry' },
  { contract: 'ItemOwnership', artifact: 'contracts/ownership/ItemOwnership.sol', file: 'item-ownership' },
  {
    contract: 'EnforcementLedger',
    artifact: 'contracts/enforcement/EnforcementLedger.sol',
    file: 'enforcement-ledger',
  },
  { contract: 'EscrowVault', artifact: 'contracts/escrow/EscrowVault.sol', file: 'escrow-vault' },
] as const

type Export = (typeof EXPORTS)[number]

/** The module's text, formatted as the rest of the tree. */
function moduleText({ contract, artifact, file }: Export): string {
  const path = join(root, 'artifacts', artifact, `${contract}.json`)
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npx hardhat build" first`)
  const { abi } = JSON.parse(readFileSync(path, 'utf8')) as { abi: InterfaceAbi }
  const lines = new Interface(abi).format()
  const name = `${contract.charAt(0).toLowerCase()}${contract.slice(1)}Abi`
  const note = `/** ABI of \`${contract}\`; written by scripts/export-abi.ts from the compiled contract. */`
  return formatted(`${note}\nexport const ${name} = ${JSON.stringify(lines)} as const\n`, `${file}.ts`)
}

function formatted(text: string, name: string): string {
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const result = spawnSync(biome, ['format', `--stdin-file-path=${name}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  })
  if (result.status !== 0) throw new Error(`biome could not format ${name}: ${result.stderr}`)
  return result.stdout
}

function main(): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const folder = join(root, 'server', 'chain', 'abi')
  mkdirSync(folder, { recursive: true })
  for (const one of EXPORTS) {
    const path = join(folder, `${one.file}.ts`)
    const text = moduleText(one)
    if (!values.check) writeFileSync(path, text)
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      console.error(`${path} differs from the compiled contract: run "node scripts/export-abi.ts"`)
      process.exitCode = 1
    }
  }
}

main()
