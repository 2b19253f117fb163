import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program of the operating system that tests use, and the Debian package that brings it. */
export type SystemTool = { readonly programs: readonly string[]; readonly debianPackage: string }

export const CHROMIUM: SystemTool = {
  programs: ['chromium', 'chromium-browser', 'google-chrome'],
  debianPackage: 'chromium',
}
export const ZBAR: SystemTool = { programs: ['zbarimg'], debianPackage: 'zbar-tools' }
export const POPPLER: SystemTool = { programs: ['pdftoppm'], debianPackage: 'poppler-utils' }
export const Z3: SystemTool = { programs: ['z3'], debianPackage: 'z3' }

/** Waits for another package manager instead of failing at once. */
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']

/** The path of the first of a tool's programs that is installed, or null. */
export function findProgram(tool: SystemTool): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const places = tool.programs.flatMap((name) => folders.map((folder) => join(folder, name)))
  return places.find(isExecutable) ?? null
}

/** Installs what is missing where this is possible; otherwise says what a person has to do. Answers what is still missing. */
export function provideTools(tools: readonly SystemTool[]): readonly SystemTool[] {
  const missing = tools.filter((tool) => findProgram(tool) === null)
  if (missing.length === 0) return []
  const packages = missing.map((tool) => tool.debianPackage).sort()
  if (process.getuid?.() === 0 && findProgram({ programs: ['apt-get'], debianPackage: 'apt' }) !== null) {
    console.log(`\nInstalling ${packages.join(', ')} with apt-get …`)
    apt('update', '-qq')
    apt('install', '-y', '-qq', '--no-install-recommends', ...packages)
  } else {
    console.log(`\nMissing on this machine: ${packages.join(', ')}. On Debian or Ubuntu:`)
    console.log(`  sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`)
  }
  return missing.filter((tool) => findProgram(tool) === null)
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const ran = spawnSync('apt-get', [...APT_OPTIONS, ...args], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (ran.status !== 0) console.log(`apt-get ${args[0]} ended with ${ran.status ?? ran.signal}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
