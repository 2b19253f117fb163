'use strict'
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { TOOLCHAIN } = require('./files.cjs')
const { Failure } = require('./progress.cjs')
const { npm } = require('./npm.cjs')

/** The npm packages that carry Node itself, one a platform, at the newest 24.x each of them has. */
const PINNED = {
  'linux-x64': '24.21.0',
  'linux-arm64': '24.22.0',
  'darwin-x64': '24.18.1',
  'win-x64': '24.21.0',
}

const PART = '.part'

/** From these on Node runs TypeScript by itself and the installed packages accept it. */
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major >= 24 || (major === 22 && minor >= 19) || (major === 23 && minor >= 6)
}

function platformKey() {
  return `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
}

function fetchedNode() {
  const version = PINNED[platformKey()]
  if (version === undefined) return null
  const folder = path.join(TOOLCHAIN, `node-${version}-${platformKey()}`)
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  return {
    version,
    folder,
    binary: path.join(folder, 'node_modules', `node-${platformKey()}`, 'bin', program),
  }
}

/** The Node to go on under, or null where it has to be fetched first. */
function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath
  const fetched = fetchedNode()
  return fetched !== null && fs.existsSync(fetched.binary) ? fetched.binary : null
}

/** Fetches Node from npm into a folder of its own and renames it into place. Call it under the lock. */
async function fetchNode() {
  const fetched = fetchedNode()
  if (fetched === null) {
    throw new Failure(
      'Cachet needs Node 22.19 or newer; this is ' +
        process.version +
        ', and npm has no newer one for ' +
        platformKey() +
        '.\nInstall Node 24 from https://nodejs.org and run the command again.',
    )
  }
  removeRemains()
  const temporary = `${fetched.folder}${PART}`
  fs.mkdirSync(temporary, { recursive: true })
  fs.writeFileSync(path.join(temporary, 'package.json'), '{"private":true}\n')
  const spec = `node-${platformKey()}@${fetched.version}`
  await npm(
    process.execPath,
    ['install', '--no-save', '--no-package-lock', '--ignore-scripts', '--prefix', temporary, spec],
    temporary,
  )
  fs.rmSync(fetched.folder, { recursive: true, force: true })
  fs.renameSync(temporary, fetched.folder)
  requireThatItRuns(fetched)
  return fetched.binary
}

/** What a fetch that was broken off left behind. */
function removeRemains() {
  for (const name of fs.readdirSync(TOOLCHAIN).filter((one) => one.endsWith(PART))) {
    fs.rmSync(path.join(TOOLCHAIN, name), { recursive: true, force: true })
  }
}

function requireThatItRuns(fetched) {
  const ran = spawnSync(fetched.binary, ['--version'], { encoding: 'utf8' })
  if (ran.status === 0 && ran.stdout.trim() === `v${fetched.version}`) return
  fs.rmSync(fetched.folder, { recursive: true, force: true })
  throw new Failure(
    'The fetched Node ' +
      fetched.version +
      ' does not run on this machine' +
      (ran.stderr ? `:\n${ran.stderr.trim()}` : '.') +
      '\nInstall Node 24 from https://nodejs.org and run the command again.',
  )
}

module.exports = { findNode, fetchNode, isNewEnough, platformKey }
