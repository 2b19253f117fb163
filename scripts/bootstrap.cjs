'use strict'
/* Runs one of the project's commands under the right Node, after installing and building what is missing.
 * This file is kept in the oldest syntax, so that an old Node can still say what is wrong. */

var major = Number(process.versions.node.split('.')[0])
if (!(major >= 18)) {
  process.stderr.write(
    'Cachet needs Node 20 or newer to start (this is ' + process.version + '). See https://nodejs.org\n',
  )
  process.exit(1)
}

require('./lib/run.cjs')
  .run(process.argv[2], process.argv.slice(3))
  .catch(require('./lib/progress.cjs').giveUp)
