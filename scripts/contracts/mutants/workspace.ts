import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../../lib/test-run.ts'
import type { Compiled, Target } from './compile.ts'

/**
 * A folder that Hardhat takes for the project, with compiled contracts of its own: tests that run there deploy what was
 * put there.
 */
export type Workspace = {
  readonly folder: string
  /** Puts other code in place of the contracts' own. */
  deploy(targets: readonly Target[], compiled: Compiled): void
}

const LINKED = ['contracts', 'node_modules', 'package.json', 'server', 'test', 'tsconfig.json']

/** Code that is not optimized is larger than the limit of EIP-170. */
const CONFIG = `import project from ${JSON.stringify(pathToFileURL(join(ROOT, 'hardhat.config.ts')).href)}
const network = { type: 'edr-simulated', chainType: 'l1', allowUnlimitedContractSize: true }
export default { ...project, networks: { default: network } }
`

export function makeWorkspace(folder: string): Workspace {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(folder, name))
  writeFileSync(join(folder, 'hardhat.config.ts'), CONFIG)
  // Without the compiler's input and output: they are large, and of the code as it is.
  const isKept = (path: string): boolean => !path.includes('build-info')
  cpSync(join(ROOT, 'artifacts'), join(folder, 'artifacts'), { recursive: true, filter: isKept })
  return {
    folder,
    deploy(targets, compiled) {
      for (const target of targets) writeArtifact(folder, target, compiled)
    },
  }
}

function writeArtifact(folder: string, { path, name }: Target, compiled: Compiled): void {
  const file = join(folder, 'artifacts', path, `${name}.json`)
  const artifact = JSON.parse(readFileSync(file, 'utf8')) as object
  const code = compiled[name]
  if (code === undefined) throw new Error(`${name} was not compiled`)
  const bytecode = `0x${code.bytecode.object}`
  const deployedBytecode = `0x${code.deployedBytecode.object}`
  writeFileSync(file, JSON.stringify({ ...artifact, bytecode, deployedBytecode }))
}

/** The creation code that Hardhat compiled, for comparison. */
export function builtBytecode({ path, name }: Target): string {
  const file = join(ROOT, 'artifacts', path, `${name}.json`)
  return (JSON.parse(readFileSync(file, 'utf8')) as { bytecode: string }).bytecode
}

/**
 * The mocha tests that deploy one of some contracts, themselves or by a helper, those first that deploy the fewest
 * others. Gas figures are no facts about behaviour: any mutant would move them.
 */
export function findTests(): (names: readonly string[]) => readonly string[] {
  const files = globSync('test/contracts/**/*.test.ts', { cwd: ROOT }).filter((file) => !/gas/.test(file))
  const found = files.map((file) => ({ file: join(ROOT, file), deployed: deployedBy(join(ROOT, file)) }))
  found.sort((a, b) => a.deployed.size - b.deployed.size || a.file.localeCompare(b.file))
  return (names) =>
    found.filter(({ deployed }) => names.some((name) => deployed.has(name))).map(({ file }) => file)
}

function deployedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set()
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  const own = [...text.matchAll(/deployContract\(\s*'(\w+)'/g)].map((match) => match[1] ?? '')
  const imports = [...text.matchAll(/from '(\.[^']+\.ts)'/g)].map((match) => join(file, '..', match[1] ?? ''))
  const local = imports.filter((path) => path.startsWith(join(ROOT, 'test')))
  return new Set([...own, ...local.flatMap((path) => [...deployedBy(path, seen)])])
}
