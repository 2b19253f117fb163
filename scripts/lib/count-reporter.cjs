'use strict'
const { reporters, Runner } = require('mocha')

/** Mocha's own spec output, and the counts as a message to the parent process when the run has ended. */
class CountReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const counts = { passed: 0, failed: 0 }
    runner.on(Runner.constants.EVENT_TEST_PASS, () => {
      counts.passed += 1
    })
    runner.on(Runner.constants.EVENT_TEST_FAIL, () => {
      counts.failed += 1
    })
    runner.once(Runner.constants.EVENT_RUN_END, () => process.send?.(counts))
  }
}

module.exports = CountReporter
