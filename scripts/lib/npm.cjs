'use strict'
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { TOOLCHAIN } = require('./files.cjs')
const { Failure } = require('./progress.cjs')

/** Settings of the calling npm that are about its own command and would send ours to another place. */
const NOT_INHERITED =
  /^npm_(lifecycle_|package_|command$|config_(prefix|local_prefix|global_prefix|global|workspace|workspaces|omit|include|only|production|dry_run|package_lock|package_lock_only|save|ignore_scripts|json|loglevel|silent|node_version|package|call|yes)$)/i
const TAIL_LINES = 40

/** npm's own JavaScript: the npm that called us, or the one installed beside this Node or on the PATH. */
function findNpmCli() {
  const caller = process.env.npm_execpath || ''
  const beside = path.dirname(process.execPath)
  const candidates = [
    /np[mx]-cli\.js$/.test(caller) ? path.join(path.dirname(caller), 'npm-cli.js') : '',
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
    ...(process.env.PATH || '').split(path.delimiter).flatMap(npmOf),
  ]
  const found = candidates.find((file) => file !== '' && fs.existsSync(file))
  if (found === undefined)
    throw new Failure(`npm was not found beside ${process.execPath}. Install Node with npm.`)
  return found
}

function npmOf(folder) {
  const link = path.join(folder, 'npm')
  const target = fs.existsSync(link) ? fs.realpathSync(link) : ''
  return [
    target.endsWith('npm-cli.js') ? target : '',
    path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
}

function npmEnvironment(node) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !NOT_INHERITED.test(name) && name !== 'NODE_ENV',
  )
  const environment = Object.fromEntries(kept)
  environment.PATH = path.dirname(node) + path.delimiter + (process.env.PATH || '')
  return environment
}

/** Runs npm under the given Node. What it prints goes to a log, shown when it fails. */
async function npm(node, args, cwd) {
  const log = path.join(TOOLCHAIN, 'npm.log')
  const output = fs.openSync(log, 'w')
  try {
    const full = [findNpmCli(), ...args, '--no-audit', '--no-fund', '--loglevel=warn']
    const child = spawn(node, full, { cwd, env: npmEnvironment(node), stdio: ['ignore', output, output] })
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (status, signal) => resolve(status === null ? signal : status))
    })
    if (code === 0) return
    const tail = fs.readFileSync(log, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
    throw new Failure(`npm ${args[0]} failed (${code}). Its last lines:\n\n${tail}\n\nThe whole log: ${log}`)
  } finally {
    fs.closeSync(output)
  }
}

module.exports = { npm }
