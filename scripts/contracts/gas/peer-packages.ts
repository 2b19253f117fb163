import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ContractFactory, Interface, InterfaceAbi } from 'ethers'
import { ROOT } from '../../lib/test-run.ts'

// The peers' contracts come from npm into a folder of their own when figures are asked for: they are no dependency of
// this project. Where a package has sources that the pinned compiler takes, they are compiled with our settings;
// elsewhere the package's own bytecode is deployed.

export const PEERS = {
  eas: '@ethereum-attestation-service/eas-contracts@1.9.0',
  erc721a: 'erc721a@4.3.0',
  documentStore: '@tradetrust-tt/document-store@4.1.1',
  tokenRegistry: '@tradetrust-tt/token-registry@5.5.1',
} as const

export type PeerContract = { readonly abi: Interface | InterfaceAbi; readonly bytecode: string }

/** Where the packages are kept between runs. */
export function peerFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  return join(cache, 'cachet-gas-peers')
}

/** Fetches what is missing. Null when all is there, else why it is not. */
export async function installPeers(folder: string): Promise<string | null> {
  const names = Object.values(PEERS)
  const isThere = names.every((name) =>
    existsSync(join(folder, 'node_modules', name.replace(/@[\d.]+$/, ''))),
  )
  if (isThere) return null
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  process.stderr.write(`installing ${names.join(' ')} into ${folder} …\n`)
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...names]
  return new Promise((resolve) => {
    const npm = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    npm.once('error', (error) => resolve(error.message))
    npm.once('exit', (code) => resolve(code === 0 ? null : `npm ended with ${code}`))
  })
}

/** A compiled contract that a package ships. */
export function shippedArtifact(folder: string, path: string): PeerContract {
  return JSON.parse(readFileSync(join(folder, 'node_modules', path), 'utf8')) as PeerContract
}

/** A contract that a package ships as an ethers factory. */
export function shippedFactory(folder: string, path: string, name: string): PeerContract {
  const factories = createRequire(join(folder, 'package.json'))(path) as Record<
    string,
    new () => ContractFactory
  >
  const Factory = factories[name]
  if (Factory === undefined) throw new Error(`${path} has no ${name}`)
  const { interface: abi, bytecode } = new Factory()
  return { abi, bytecode }
}

/** Compiles a source of ours that inherits from a package's contract, with the settings of hardhat.config.ts. */
export function compileSource(folder: string, name: string, content: string): PeerContract {
  const solc = createRequire(import.meta.url)('solc') as {
    compile(
      input: string,
      callbacks: { import(path: string): { contents: string } | { error: string } },
    ): string
  }
  const settings = {
    evmVersion: 'cancun',
    optimizer: { enabled: true, runs: 10_000 },
    metadata: { bytecodeHash: 'none' },
    outputSelection: { 'Peer.sol': { [name]: ['abi', 'evm.bytecode.object'] } },
  }
  const input = { language: 'Solidity', sources: { 'Peer.sol': { content } }, settings }
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), { import: (path) => findSource([folder, ROOT], path) }),
  ) as Output
  const compiled = output.contracts?.['Peer.sol']?.[name]
  if (compiled === undefined)
    throw new Error(output.errors?.map(({ formattedMessage }) => formattedMessage).join('\n') ?? name)
  return { abi: compiled.abi, bytecode: `0x${compiled.evm.bytecode.object}` }
}

type Output = {
  readonly errors?: readonly { formattedMessage: string }[]
  readonly contracts?: Readonly<
    Record<string, Record<string, { abi: InterfaceAbi; evm: { bytecode: { object: string } } }>>
  >
}

function findSource(folders: readonly string[], path: string): { contents: string } | { error: string } {
  const found = folders.map((folder) => join(folder, 'node_modules', path)).find(existsSync)
  return found === undefined ? { error: `no ${path}` } : { contents: readFileSync(found, 'utf8') }
}
