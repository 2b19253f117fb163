import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContractRecord, Deployment } from '../../server/chain/deploy.ts'
import { ARTIFACTS_DIR, artifactPath, type DeployedName } from '../../server/chain/deploy-artifacts.ts'
import { createRpc, type Rpc } from '../../server/chain/rpc.ts'
import { writePrivateFile } from '../../server/kernel/files.ts'
import { silentLog } from '../../server/kernel/log.ts'

/** What Sourcify's API (version 2) takes at `POST /v2/verify/{chainId}/{address}`. */
export type VerificationRequest = {
  readonly stdJsonInput: StandardInput
  /** As the compiler names itself, with its commit. */
  readonly compilerVersion: string
  readonly contractIdentifier: string
  readonly creationTransactionHash: string
}

type StandardInput = {
  readonly language: string
  readonly sources: Readonly<Record<string, { readonly content: string }>>
  readonly settings: Readonly<Record<string, unknown>>
}
type Artifact = {
  readonly bytecode: string
  readonly contractName: string
  readonly inputSourceName: string
  readonly buildInfoId: string
}
type BuildInfo = { readonly solcLongVersion: string; readonly input: StandardInput }
type BuildOutput = {
  readonly output: {
    readonly contracts: Readonly<Record<string, Record<string, { readonly metadata: string }>>>
  }
}

export type VerificationOptions = {
  readonly rpcUrl: string
  readonly deployment: Deployment
  /** The deployment's folder. */
  readonly folder: string
}

/**
 * Writes verification/<Contract>/ with the compiler's metadata and the request, for each contract whose creation code
 * on the chain is the compiled one. Answers with the names of those.
 */
export async function writeVerification(options: VerificationOptions): Promise<DeployedName[]> {
  const { rpcUrl, deployment, folder } = options
  const rpc = createRpc({ url: rpcUrl, chainId: deployment.chainId, log: silentLog })
  const written: DeployedName[] = []
  try {
    for (const record of Object.values(deployment.contracts)) {
      if (!(await isCompiledCode(rpc, record))) continue
      writeFiles(join(folder, 'verification', record.contract), record)
      written.push(record.contract)
    }
    return written
  } finally {
    await rpc.close()
  }
}

async function isCompiledCode(rpc: Rpc, { contract, transactionHash }: ContractRecord): Promise<boolean> {
  const sent = await rpc.call<{ input: string } | null>('eth_getTransactionByHash', [transactionHash])
  return sent?.input.startsWith(artifactOf(contract).bytecode) === true
}

function writeFiles(folder: string, { contract, transactionHash }: ContractRecord): void {
  const { buildInfoId, contractName, inputSourceName } = artifactOf(contract)
  const build = join(ARTIFACTS_DIR, 'build-info', buildInfoId)
  const { solcLongVersion, input } = readJson<BuildInfo>(`${build}.json`)
  const { contracts } = readJson<BuildOutput>(`${build}.output.json`).output
  const metadata = contracts[inputSourceName]?.[contractName]?.metadata
  if (metadata === undefined) throw new Error(`${build}.output.json has no metadata of ${contract}`)
  const request: VerificationRequest = {
    stdJsonInput: { ...input, sources: sourcesOf(metadata, input) },
    compilerVersion: solcLongVersion,
    contractIdentifier: `${inputSourceName}:${contractName}`,
    creationTransactionHash: transactionHash,
  }
  mkdirSync(folder, { recursive: true })
  writePrivateFile(join(folder, 'metadata.json'), metadata)
  writePrivateFile(join(folder, 'request.json'), `${JSON.stringify(request, null, 1)}\n`)
}

/** The metadata names the sources that a contract is made of; the build has those of all contracts. */
function sourcesOf(metadata: string, { sources }: StandardInput): StandardInput['sources'] {
  const names = Object.keys((JSON.parse(metadata) as { sources: object }).sources)
  return Object.fromEntries(
    names.map((name) => {
      const source = sources[name]
      if (source === undefined) throw new Error(`the build has no source ${name}`)
      return [name, source]
    }),
  )
}

function artifactOf(contract: DeployedName): Artifact {
  return readJson<Artifact>(artifactPath(contract, ARTIFACTS_DIR))
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}
