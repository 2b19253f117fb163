'use strict'
const fs = require('node:fs')
const { at, digestOf, readJson, readText, writeWhole, ROOT } = require('./files.cjs')
const { Failure } = require('./progress.cjs')
const { npm } = require('./npm.cjs')

const STAMP = at('node_modules', '.cachet-stamp')

function wantedStamp(node) {
  return digestOf([at('package-lock.json')], [nodeMajor(node), process.platform, process.arch])
}

/** The folder of a fetched Node names its version; otherwise it is the Node we run under. */
function nodeMajor(node) {
  const version = node === process.execPath ? process.versions.node : /node-(\d+\.\d+\.\d+)-/.exec(node)?.[1]
  return Number((version ?? '').split('.')[0])
}

function isInstalled(node) {
  if (!hasHardhatEngine()) return false
  return readText(STAMP) === wantedStamp(node)
}

/**
 * Hardhat's engine is an optional package per platform; npm under an old Node leaves it out without an error, and every
 * compilation then fails. So it is looked for by name.
 */
function hasHardhatEngine() {
  const scope = at('node_modules', '@nomicfoundation')
  if (!fs.existsSync(scope)) return false
  const prefix = `edr-${process.platform}-${process.arch}`
  return fs
    .readdirSync(scope)
    .some(
      (name) =>
        name.startsWith(prefix) &&
        fs.readdirSync(at('node_modules', '@nomicfoundation', name)).some((file) => file.endsWith('.node')),
    )
}

/** True where somebody ran `npm ci` by hand and got exactly what the lock file says. */
function matchesLockFile() {
  const wanted = readJson(at('package-lock.json'))?.packages
  const present = readJson(at('node_modules', '.package-lock.json'))?.packages
  if (!wanted || !present) return false
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true
    const installed = present[place]
    return installed === undefined
      ? entry.optional === true || entry.peer === true
      : installed.version === entry.version
  })
}

/** Installs exactly what the lock file says, unless it is there already. Call it under the lock. */
async function install(node) {
  if (!(matchesLockFile() && hasHardhatEngine())) {
    await npm(node, ['ci', '--include=dev', '--include=optional', '--include=peer', '--ignore-scripts'], ROOT)
  }
  if (!hasHardhatEngine()) {
    throw new Failure(
      'Hardhat has no engine for ' +
        process.platform +
        '-' +
        process.arch +
        ' in node_modules, so contracts cannot be compiled.\n' +
        'Delete node_modules and run the command again; if that does not help, this platform is not supported.',
    )
  }
  writeWhole(STAMP, wantedStamp(node))
}

module.exports = { install, isInstalled }
