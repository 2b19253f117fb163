#!/usr/bin/env node
'use strict'
// The `solc` of npm in the shape of the native program, as far as forge asks: `--version` and `--standard-json`.
const { readFileSync } = require('node:fs')
const solc = require('solc')

if (process.argv.includes('--version')) {
  console.log('solc, the solidity compiler commandline interface')
  console.log(`Version: ${solc.version()}`)
} else {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')))
}
