#!/usr/bin/env node
'use strict'
/* The `cachet` command: finds or fetches the right Node, then goes on as server/cli/main.ts. Syntax as in bootstrap.cjs. */

var major = Number(process.versions.node.split('.')[0])
if (!(major >= 18)) {
  process.stderr.write(
    'cachet needs Node 20 or newer to start (this is ' + process.version + '). See https://nodejs.org\n',
  )
  process.exit(1)
}

require('./lib/run.cjs').run('cachet', process.argv.slice(2)).catch(require('./lib/progress.cjs').giveUp)
