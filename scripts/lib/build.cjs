'use strict'
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { at, digestOf, filesUnder, readJson, readText, writeWhole, ROOT, TOOLCHAIN } = require('./files.cjs')
const { Failure } = require('./progress.cjs')

/** What is built here: from which files, by which program, and where the stamp of the last build lies. */
const BUILDS = {
  contracts: {
    title: 'compiling the contracts',
    sources: () => [...filesUnder(at('contracts')), ...filesUnder(at('hardhat.config.ts'))],
    isAbsent: () => !fs.existsSync(at('hardhat.config.ts')),
    words: () => [versionOf('solc'), versionOf('hardhat'), versionOf('@openzeppelin/contracts')],
    command: () => [binOf('hardhat', 'hardhat'), 'build'],
    stamp: at('artifacts', '.cachet-stamp'),
  },
  web: {
    title: 'building the pages’ scripts',
    sources: () => [
      ...filesUnder(at('server', 'web'), ['dist']),
      ...filesUnder(at('scripts', 'build-web.ts')),
    ],
    isAbsent: () => !fs.existsSync(at('scripts', 'build-web.ts')),
    words: () => [versionOf('esbuild'), versionOf('zxing-wasm')],
    command: () => [at('scripts', 'build-web.ts')],
    stamp: at('server', 'web', 'dist', '.cachet-stamp'),
  },
}

function versionOf(name) {
  return readJson(at('node_modules', name, 'package.json'))?.version ?? ''
}

/** The JavaScript behind a command of an installed package. */
function binOf(name, command) {
  const bin = readJson(at('node_modules', name, 'package.json'))?.bin
  const file = typeof bin === 'string' ? bin : bin?.[command]
  if (file === undefined)
    throw new Failure(`The package ${name} has no command ${command}. Delete node_modules and try again.`)
  return at('node_modules', name, file)
}

function isBuilt(name) {
  const build = BUILDS[name]
  return build.isAbsent() || readText(build.stamp) === wantedStamp(build)
}

function wantedStamp(build) {
  return digestOf(build.sources(), build.words())
}

/** Builds one part; its output goes to a log, shown when it fails. Call it under the lock. */
async function build(name, node) {
  const part = BUILDS[name]
  const stamp = wantedStamp(part)
  const log = path.join(TOOLCHAIN, `${name}.log`)
  const output = fs.openSync(log, 'w')
  const env = {
    ...process.env,
    HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
    PATH: path.dirname(node) + path.delimiter + process.env.PATH,
  }
  const child = spawn(node, part.command(), { cwd: ROOT, env, stdio: ['ignore', output, output] })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  fs.closeSync(output)
  if (code !== 0) throw new Failure(`Failed at ${part.title}:\n\n${fs.readFileSync(log, 'utf8')}`)
  writeWhole(part.stamp, stamp)
}

function titleOf(name) {
  return BUILDS[name].title
}

module.exports = { build, isBuilt, titleOf, binOf }
