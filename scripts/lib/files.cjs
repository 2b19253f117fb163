'use strict'
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.resolve(__dirname, '..', '..')
const TOOLCHAIN = path.join(ROOT, '.toolchain')

function at(...parts) {
  return path.join(ROOT, ...parts)
}

function readText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null
}

function readJson(file) {
  const text = readText(file)
  return text === null ? null : JSON.parse(text)
}

/** All files under a folder or the file itself, sorted; nothing if it is not there. `skip` names folders left out. */
function filesUnder(place, skip = []) {
  if (!fs.existsSync(place)) return []
  if (!fs.statSync(place).isDirectory()) return [place]
  const names = fs.readdirSync(place).sort()
  return names
    .filter((name) => !skip.includes(name))
    .flatMap((name) => filesUnder(path.join(place, name), skip))
}

/** One digest over names and contents of files, and over further words such as versions. */
function digestOf(files, words = []) {
  const hash = createHash('sha256').update(JSON.stringify(words))
  for (const file of files) {
    const content = createHash('sha256').update(fs.readFileSync(file)).digest('hex')
    hash.update(`${path.relative(ROOT, file).split(path.sep).join('/')}\0${content}\n`)
  }
  return hash.digest('hex')
}

/** Replaces a file in one step, so that no reader sees half of it. */
function writeWhole(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const part = `${file}.${process.pid}.part`
  fs.writeFileSync(part, text)
  fs.renameSync(part, file)
}

module.exports = { ROOT, TOOLCHAIN, at, readText, readJson, filesUnder, digestOf, writeWhole }
