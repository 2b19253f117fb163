'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { TOOLCHAIN } = require('./files.cjs')
const { say, Failure } = require('./progress.cjs')

const POLL_MS = 250
/** A first installation on a slow line takes minutes; beyond this something is wrong. */
const WAIT_MAX_MS = 20 * 60 * 1000
/** The holder touches the lock this often, and is given up after so long without: its process id may be another's by now. */
const BEAT_MS = 2_000
const SILENT_MAX_MS = 60_000

/**
 * Lets one process at a time prepare this folder; others wait for it and then find the work done. The lock is a file
 * that names its holder, linked into place whole. A holder that died is noticed by its process id, or by its silence.
 */
async function withLock(work, folder = TOOLCHAIN) {
  fs.mkdirSync(folder, { recursive: true })
  const lock = path.join(folder, 'lock')
  await acquire(lock)
  const release = () => releaseIfOurs(lock)
  const beat = setInterval(() => touchIfOurs(lock), BEAT_MS)
  beat.unref()
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(beat)
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
        throw new Failure(`Gave up waiting. Delete ${lock} if no other process is installing.`)
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
  if (!isAbandoned(lock)) return
  const aside = `${lock}.abandoned.${process.pid}`
  const moved = unlessGone(() => {
    fs.renameSync(lock, aside)
    return true
  })
  if (moved !== true) return
  if (!isAbandoned(aside)) linked(aside, lock)
  fs.rmSync(aside, { force: true })
}

function isAbandoned(lock) {
  const holder = holderOf(lock)
  const touchedMs = unlessGone(() => fs.statSync(lock).mtimeMs)
  if (holder === null || touchedMs === null) return false
  return !isAlive(holder) || Date.now() - touchedMs > SILENT_MAX_MS
}

function holderOf(lock) {
  return unlessGone(() => Number(fs.readFileSync(lock, 'utf8')))
}

function unlessGone(read) {
  try {
    return read()
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

function touchIfOurs(lock) {
  const now = new Date()
  if (holderOf(lock) === process.pid) unlessGone(() => fs.utimesSync(lock, now, now))
}

function releaseIfOurs(lock) {
  if (holderOf(lock) === process.pid) fs.rmSync(lock, { force: true })
}

module.exports = { withLock }
