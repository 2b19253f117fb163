'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { TOOLCHAIN } = require('./files.cjs')
const { say, Failure } = require('./progress.cjs')

const POLL_MS = 250
/** A first installation on a slow line takes minutes; beyond this something is wrong. */
const WAIT_MAX_MS = 20 * 60 * 1000

/**
 * Lets one process at a time prepare this folder; others wait for it and then find the work done. The lock is a file
 * that names its holder, linked into place whole; a holder that died is noticed by its process id.
 */
async function withLock(work) {
  fs.mkdirSync(TOOLCHAIN, { recursive: true })
  const lock = path.join(TOOLCHAIN, 'lock')
  await acquire(lock)
  const release = () => releaseIfOurs(lock)
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

async function acquire(lock) {
  const mine = `${lock}.${process.pid}`
  fs.writeFileSync(mine, String(process.pid))
  try {
    for (let waited = 0; !linked(mine, lock); waited += POLL_MS) {
      if (waited === 0) say('• another process is preparing this folder, waiting …')
      if (waited > WAIT_MAX_MS)
        throw new Failure(`Gave up waiting for ${lock}. Delete it if no other process is installing.`)
      removeIfAbandoned(lock)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  } finally {
    fs.rmSync(mine, { force: true })
  }
}

function linked(mine, lock) {
  try {
    fs.linkSync(mine, lock)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead holder's lock aside first: of two waiters only one succeeds, and a fresh lock is put back. */
function removeIfAbandoned(lock) {
  const holder = holderOf(lock)
  if (holder === null || isAlive(holder)) return
  const aside = `${lock}.abandoned.${process.pid}`
  try {
    fs.renameSync(lock, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  const moved = holderOf(aside)
  if (moved !== null && isAlive(moved)) linked(aside, lock)
  fs.rmSync(aside, { force: true })
}

function holderOf(lock) {
  try {
    return Number(fs.readFileSync(lock, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function releaseIfOurs(lock) {
  if (holderOf(lock) === process.pid) fs.rmSync(lock, { force: true })
}

module.exports = { withLock }
