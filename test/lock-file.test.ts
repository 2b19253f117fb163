import { readFileSync } from 'node:fs'
import { expect } from 'chai'

type Entry = { optionalDependencies?: Record<string, string>; resolved?: string }

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
const packages = (JSON.parse(text) as { packages: Record<string, Entry> }).packages

/** Where npm would look for `name` when the package at `place` asks for it. */
function isLocked(place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (packages[`${folder}/node_modules/${name}`] !== undefined) return true
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined
  }
}

describe('package-lock.json', () => {
  // npm ci refuses a lock file that lacks one, on every platform, although it would never install it there.
  it('names the optional packages of every platform', () => {
    const missing = Object.entries(packages).flatMap(([place, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isLocked(place, name)),
    )
    expect(packages).to.have.property('node_modules/esbuild')
    expect(missing).to.deep.equal([])
  })

  it('names no registry, so that each installation uses its own', () => {
    const resolved = Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined)
    expect(resolved).to.deep.equal([])
  })
})
