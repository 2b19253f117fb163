import { posix } from 'node:path'
import { cycles } from './cycles.ts'
import type { FileFacts, Import } from './facts.ts'

/** A rule of direction: what it forbids in one file, as sentences. */
export type Rule = (file: FileFacts) => string[]

/** Modules in line: each may look only at those before it. */
export const LINE = [
  'brands',
  'items',
  'certificates',
  'ownership',
  'verification',
  'sellers',
  'screening',
  'notices',
  'orders',
  'enforcement',
  'evidence',
  'customs',
  'transparency',
]
export const LINES_MAX = 350

/** Files of a module that touch the world; all others are its core. */
const EDGE = /\.(model|store|routes|pages|view|schema)\.ts$/
/** What an edge file of a module may use beside the kernel and doors. */
const EDGE_USES = ['http', 'db', 'web']
const COMPOSITION = ['app.ts', 'app', 'main.ts', 'cli', 'demo']
/** Packages with one place, as a test of the path. */
const PLACES: Readonly<Record<string, (path: string) => boolean>> = {
  ethers: (path) => zoneOf(path) === 'chain',
  jose: (path) => zoneOf(path) === 'keys',
  express: (path) => zoneOf(path) === 'http',
  mongoose: (path) => zoneOf(path) === 'db' || /\.(model|store)\.ts$/.test(path),
}
/** Files that also run in a buyer's browser, and what they may use there. */
const PORTABLE = [
  /^server\/offline\//,
  /^server\/kernel\/(portable|gs1|errors|clock)\.ts$/,
  /^server\/chain\/status-words\.ts$/,
  /^server\/modules\/certificates\/shape\.ts$/,
  /^server\/modules\/verification\/(verdict|judgement|chain-judgement|named-key|types|(verdict|finding|assurance)-texts)\.ts$/,
  /^server\/modules\/verification\/tags\/tag-(finding-texts|advice)\.ts$/,
]
const PORTABLE_PACKAGES = ['@noble/hashes', '@noble/curves', 'canonicalize']
const NODE_NAMES = ['Buffer', 'process', 'setImmediate']
/** Words of the edge that a core never uses. */
const EDGE_WORDS = ['Request', 'Response', 'statusCode', 'TransactionReceipt', 'HydratedDocument']

/** The folder or file directly below server/. */
function zoneOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function moduleOf(path: string): string | null {
  return zoneOf(path) === 'modules' ? (path.split('/')[2] ?? null) : null
}

function isCore(path: string): boolean {
  return moduleOf(path) !== null && !EDGE.test(path)
}

function isPortable(path: string): boolean {
  return PORTABLE.some((pattern) => pattern.test(path))
}

function ours(file: FileFacts): readonly Import[] {
  return file.imports.filter((one) => one.isOurs)
}

function sentences(file: FileFacts, imports: readonly Import[], why: string): string[] {
  return imports.map(({ target }) => `${file.path} imports ${target}: ${why}`)
}

export const RULES: Readonly<Record<string, Rule>> = {
  'app and main stand above everything': (file) => {
    const above = ours(file).filter(({ target }) => ['app.ts', 'app', 'main.ts'].includes(zoneOf(target)))
    const forbidden = above.filter(({ target, isTypeOnly }) => {
      const isDemoType = zoneOf(file.path) === 'demo' && isTypeOnly
      const isBelow =
        !COMPOSITION.includes(zoneOf(file.path)) || (zoneOf(file.path) === 'demo' && !isDemoType)
      return isBelow || target === 'server/main.ts'
    })
    return sentences(file, forbidden, 'nobody but the composition does')
  },
  'the kernel imports nothing of ours': (file) => {
    if (zoneOf(file.path) !== 'kernel') return []
    return sentences(
      file,
      ours(file).filter(({ target }) => zoneOf(target) !== 'kernel'),
      'kernel imports nothing of ours',
    )
  },
  'a core imports only the kernel and doors': (file) => {
    const own = moduleOf(file.path)
    if (!isCore(file.path)) return []
    const outside = ours(file).filter(
      ({ target }) => zoneOf(target) !== 'kernel' && moduleOf(target) === null,
    )
    const edges = ours(file).filter(({ target }) => moduleOf(target) === own && EDGE.test(target))
    return sentences(file, [...outside, ...edges], 'a core imports only kernel/ and doors')
  },
  'an edge of a module uses only the edges of the server': (file) => {
    if (moduleOf(file.path) === null || isCore(file.path)) return []
    const allowed = ['kernel', 'modules', ...EDGE_USES]
    return sentences(
      file,
      ours(file).filter(({ target }) => !allowed.includes(zoneOf(target))),
      'not for modules',
    )
  },
  'modules look only left': (file) => {
    const own = moduleOf(file.path)
    if (own === null) return []
    const place = LINE.indexOf(own)
    if (place < 0) return [`${file.path}: ${own} has no place in the line of modules`]
    const right = ours(file).filter(({ target }) => LINE.indexOf(moduleOf(target) ?? own) > place)
    return sentences(file, right, `${own} stands left of it`)
  },
  'modules are entered by their door': (file) => {
    if ([...COMPOSITION, 'offline'].includes(zoneOf(file.path))) return []
    const own = moduleOf(file.path)
    const past = ours(file).filter(({ target, isTypeOnly }) => {
      const module = moduleOf(target)
      const isPort = isTypeOnly && ['ports.ts', 'types.ts'].includes(posix.basename(target))
      const isDoor = target === `server/modules/${module}/index.ts` || (own === null && isPort)
      return module !== null && module !== own && !isDoor
    })
    return sentences(file, past, 'not a door')
  },
  'what runs in a browser needs nothing of Node': (file) => {
    if (!isPortable(file.path)) return []
    const values = file.imports.filter(({ isTypeOnly }) => !isTypeOnly)
    const astray = values.filter(({ target, isOurs }) =>
      isOurs ? !isPortable(target) : !PORTABLE_PACKAGES.includes(target),
    )
    const names = NODE_NAMES.filter((name) => file.names.has(name))
    return [
      ...sentences(file, astray, 'a browser has no such thing'),
      ...names.map((name) => `${file.path} names ${name}`),
    ]
  },
  'chain, keys and db know modules as types': (file) => {
    if (!['chain', 'keys', 'db'].includes(zoneOf(file.path))) return []
    const values = ours(file).filter(({ target, isTypeOnly }) => moduleOf(target) !== null && !isTypeOnly)
    return sentences(file, values, 'adapters import modules as types only')
  },
  'packages stay in their place': (file) => {
    const astray = file.imports.filter(
      ({ target, isOurs }) => !isOurs && PLACES[target]?.(file.path) === false,
    )
    return sentences(file, astray, 'this package has another place')
  },
  'the environment is read in one file': (file) => {
    const isAllowed = file.path === 'server/config/env.ts'
    return file.readsEnvironment && !isAllowed ? [`${file.path} reads process.env`] : []
  },
  'the time is read in one file': (file) => {
    const isAllowed = file.path === 'server/kernel/clock.ts'
    return file.readsClock && !isAllowed ? [`${file.path} reads the time itself; pass a Clock`] : []
  },
  'a core names nothing of the edge': (file) => {
    if (!isCore(file.path)) return []
    return EDGE_WORDS.filter((word) => file.names.has(word)).map((word) => `${file.path} names ${word}`)
  },
  'the server imports nothing of tests and scripts': (file) => {
    return sentences(
      file,
      ours(file).filter(({ target }) => !target.startsWith('server/')),
      'outside the server',
    )
  },
  'no file is too long': ({ path, lines }) => (lines > LINES_MAX ? [`${path} has ${lines} lines`] : []),
}

/** Every breach of one rule. */
export function breaches(rule: Rule, files: readonly FileFacts[]): string[] {
  return files.flatMap((file) => rule(file))
}

/** Files that import each other's values in a circle, as `a → b → a`. */
export function valueCycles(files: readonly FileFacts[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      ours(file)
        .filter((one) => !one.isTypeOnly)
        .map((one) => one.target),
    ]),
  )
  return cycles(edges).map((circle) => circle.join(' → '))
}
