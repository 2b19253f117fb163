'use strict'
/* Progress goes to standard error, so that the output of a command (JSON lines, a report) stays clean. */

class Failure extends Error {}

function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Runs one step, with a line before it and the seconds it took after it. */
async function step(title, work) {
  const started = process.hrtime.bigint()
  say(`• ${title} …`)
  const result = await work()
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  say(`  done in ${seconds.toFixed(1)} s`)
  return result
}

/** Ends the process with one clear message; unexpected errors keep their stack. */
function giveUp(error) {
  say(error instanceof Failure ? `\n${error.message}` : error?.stack ? error.stack : String(error))
  process.exit(1)
}

module.exports = { Failure, say, step, giveUp }
