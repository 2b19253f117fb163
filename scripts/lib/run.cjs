'use strict'
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { COMMANDS } = require('./commands.cjs')
const { at, ROOT } = require('./files.cjs')
const { withLock } = require('./lock.cjs')
const { findNode, fetchNode } = require('./node.cjs')
const { install, isInstalled } = require('./install.cjs')
const { build, isBuilt, titleOf, binOf } = require('./build.cjs')
const { Failure, step } = require('./progress.cjs')

const WATCH_MS = 250
/** The service ends what is under way within half a minute. */
const STOP_MAX_MS = 45_000
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']

/** Prepares what the command needs, runs it, and ends as it ends. */
async function run(name, args) {
  const command = COMMANDS[name]
  if (command === undefined)
    throw new Failure(`Unknown command ${name}. There are: ${Object.keys(COMMANDS).join(', ')}`)
  const node = await prepare(command.needs)
  if (command.file === undefined && command.bin === undefined) return
  const target = command.file === undefined ? binOf(...command.bin) : at(command.file)
  if (!fs.existsSync(target))
    throw new Failure(`This version of Cachet has no ${command.file}, so \`${name}\` cannot run.`)
  await become(
    node,
    [...(command.flags ?? []), target, ...(command.args ?? []), ...args],
    command.here ? process.cwd() : ROOT,
  )
}

async function prepare(needs) {
  const found = findNode()
  if (found !== null && isInstalled(found) && needs.every(isBuilt)) return found
  return withLock(() => prepareAlone(needs))
}

/** Everything is looked at again under the lock: another process may have done it meanwhile. */
async function prepareAlone(needs) {
  const node = findNode() ?? (await step(`fetching Node 24 (this is ${process.version})`, fetchNode))
  if (!isInstalled(node)) await step('installing packages', () => install(node))
  for (const need of needs) {
    if (!isBuilt(need)) await step(titleOf(need), () => build(need, node))
  }
  return node
}

/** Hands the terminal, the signals and the exit code over to the real program. */
async function become(node, args, cwd) {
  const env = { ...process.env, PATH: path.dirname(node) + path.delimiter + (process.env.PATH ?? '') }
  const child = spawn(node, args, { cwd, env, stdio: 'inherit' })
  for (const signal of FORWARDED) process.on(signal, () => forward(child, signal))
  const watch = stopWithNpm(child)
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (status, by) => resolve([status, by]))
  })
  clearInterval(watch)
  process.exitCode = code ?? 128 + (os.constants.signals[signal] ?? 0)
}

/** A terminal sends its Ctrl-C to the whole group, so the program has it already. */
function forward(child, signal) {
  const isFromTerminal = process.stdin.isTTY === true && (signal === 'SIGINT' || signal === 'SIGQUIT')
  if (!isFromTerminal) child.kill(signal)
}

/**
 * npm runs scripts in a shell that dies of a signal without passing it on, and npm itself may be killed. Either way we
 * would be left behind with the port in use; our parent is another one then. By hand (nohup, a service) nothing is watched.
 */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), STOP_MAX_MS).unref()
  }, WATCH_MS)
  watch.unref()
  return watch
}

module.exports = { run }
