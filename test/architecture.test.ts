import { globSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect } from 'chai'
import { factsOf, readFacts } from './support/architecture/facts.ts'
import { breaches, LINES_MAX, RULES, valueCycles } from './support/architecture/rules.ts'

const root = join(import.meta.dirname, '..')

function sourcesOf(...patterns: string[]): string[] {
  const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: root }))
  return found.map((path) => path.split(sep).join('/')).sort()
}

const isIsland = (path: string): boolean => /^server\/web\/(islands|dist)\//.test(path)
const server = readFacts(
  root,
  sourcesOf('server/**/*.ts').filter((path) => !isIsland(path)),
)

/** For each rule a file that breaks it and one that comes close and does not: [path, source]. */
const CASES: Readonly<Record<string, { broken: [string, string]; kept: [string, string] }>> = {
  'app and main stand above everything': {
    broken: ['server/http/server.ts', `import { buildApp } from '../app.ts'`],
    kept: ['server/main.ts', `import { buildApp } from './app.ts'`],
  },
  'the kernel imports nothing of ours': {
    broken: ['server/kernel/ids.ts', `import type { Config } from '../config/config.ts'`],
    kept: ['server/kernel/ids.ts', `import { hexOf } from './bytes.ts'`],
  },
  'a core imports only the kernel and doors': {
    broken: ['server/modules/items/items.service.ts', `import { itemStore } from './item.store.ts'`],
    kept: ['server/modules/items/item.store.ts', `import { itemModel } from './item.model.ts'`],
  },
  'an edge of a module uses only the edges of the server': {
    broken: ['server/modules/items/items.routes.ts', `import { openChain } from '../../chain/index.ts'`],
    kept: ['server/modules/items/items.routes.ts', `import type { Route } from '../../http/route.ts'`],
  },
  'modules look only left': {
    broken: ['server/modules/items/ports.ts', `import type { Verdict } from '../verification/index.ts'`],
    kept: ['server/modules/verification/ports.ts', `import type { Item } from '../items/index.ts'`],
  },
  'modules are entered by their door': {
    broken: ['server/modules/verification/ports.ts', `import type { Item } from '../items/item.model.ts'`],
    kept: ['server/chain/reader.ts', `import type { ChainPort } from '../modules/items/ports.ts'`],
  },
  'what runs in a browser needs nothing of Node': {
    broken: ['server/offline/leaf.ts', `import { keccak256 } from '../kernel/digest.ts'`],
    kept: ['server/offline/leaf.ts', `import { keccak } from '../kernel/portable.ts'`],
  },
  'chain, keys and db know modules as types': {
    broken: ['server/chain/reader.ts', `import { createItems } from '../modules/items/index.ts'`],
    kept: ['server/chain/reader.ts', `import { type Item } from '../modules/items/index.ts'`],
  },
  'packages stay in their place': {
    broken: ['server/modules/items/items.service.ts', `import { keccak256 } from 'ethers/crypto'`],
    kept: ['server/modules/items/item.model.ts', `import { Schema } from 'mongoose'`],
  },
  'the environment is read in one file': {
    broken: ['server/app.ts', `const port = process['env'].PORT`],
    kept: ['server/app.ts', `const text = 'process.env'`],
  },
  'the time is read in one file': {
    broken: ['server/app.ts', 'const now = new Date()'],
    kept: ['server/app.ts', 'const then = new Date(0)'],
  },
  'a core names nothing of the edge': {
    broken: ['server/modules/items/items.service.ts', 'function run(request: Request): void {}'],
    kept: ['server/modules/items/items.routes.ts', 'function run(request: Request): void {}'],
  },
  'the server imports nothing of tests and scripts': {
    broken: ['server/app.ts', `const fixture = await import('../test/support/fixture.ts')`],
    kept: ['server/app.ts', `const chain = await import('./chain/index.ts')`],
  },
  'no file is too long': {
    broken: ['server/app.ts', '\n'.repeat(LINES_MAX + 1)],
    kept: ['server/app.ts', '\n'.repeat(LINES_MAX)],
  },
}

describe('architecture', () => {
  for (const [title, rule] of Object.entries(RULES)) {
    it(`holds: ${title}`, () => {
      expect(server).to.not.have.length(0)
      expect(breaches(rule, server)).to.deep.equal([])
    })

    it(`notices a breach: ${title}`, () => {
      const example = CASES[title]
      if (example === undefined) throw new Error(`the rule has no example: ${title}`)
      expect(breaches(rule, [factsOf(...example.broken)])).to.have.length(1)
      expect(breaches(rule, [factsOf(...example.kept)])).to.deep.equal([])
    })
  }

  it('holds: no file imports itself in a circle', () => {
    expect(valueCycles(server)).to.deep.equal([])
  })

  it('notices a circle of values, and lets types refer back', () => {
    const circle = (kind: string) => [
      factsOf('server/chain/a.ts', `import { b } from './b.ts'`),
      factsOf('server/chain/b.ts', `import ${kind} { a } from './a.ts'`),
    ]
    expect(valueCycles(circle(''))).to.deep.equal([
      'server/chain/a.ts → server/chain/b.ts → server/chain/a.ts',
    ])
    expect(valueCycles(circle('type'))).to.deep.equal([])
  })

  it('keeps tests and scripts short as well', () => {
    const others = readFacts(root, sourcesOf('test/**/*.ts', 'scripts/**/*.{ts,cjs}'))
    const rule = RULES['no file is too long']
    expect(rule && breaches(rule, others)).to.deep.equal([])
  })
})
