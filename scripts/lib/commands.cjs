'use strict'
/**
 * What each npm script runs and what has to be there first. `file` is a TypeScript or JavaScript entry of ours, `bin`
 * the command of an installed package. `needs` lists the builds of build.cjs beyond the
 * installed packages; a command with no program only prepares.
 * `flags` are Node's own.
 * `here` keeps the caller's working directory (a person's file names are relative to it); others run at the root.
 */
const ALL = ['contracts', 'web']

const COMMANDS = {
  // Requests leave much behind that is soon dead: with room for it, collecting takes half of the time it does by default.
  start: { file: 'server/main.ts', flags: ['--max-semi-space-size=64'], needs: ALL },
  cachet: { file: 'server/cli/main.ts', needs: ['contracts'], here: true },
  test: { file: 'scripts/test.ts', needs: ALL },
  check: { file: 'scripts/check.ts', needs: ALL },
  bench: { file: 'scripts/bench.ts', needs: ALL },
  prepare: { needs: ALL },
  openapi: { file: 'scripts/export-openapi.ts', needs: ALL },
  deploy: { file: 'scripts/deploy.ts', needs: ['contracts'] },
  lint: { bin: ['@biomejs/biome', 'biome'], args: ['check', '--error-on-warnings', '.'], needs: [] },
  format: { bin: ['@biomejs/biome', 'biome'], args: ['check', '--write', '.'], needs: [] },
  typecheck: { bin: ['typescript', 'tsc'], args: ['--noEmit', '-p', '.'], needs: ['contracts'] },
  'test:contracts': { file: 'scripts/test.ts', args: ['--only', 'contracts'], needs: ['contracts'] },
  'test:unit': { file: 'scripts/test.ts', args: ['--only', 'unit'], needs: [] },
  'test:db': { file: 'scripts/test.ts', args: ['--only', 'db'], needs: [] },
  'test:chain': { file: 'scripts/test.ts', args: ['--only', 'chain'], needs: ['contracts'] },
  'test:mongo': { file: 'scripts/test-mongo.ts', needs: ALL },
  'test:api': { file: 'scripts/test.ts', args: ['--only', 'api'], needs: ALL },
  'test:journeys': { file: 'scripts/test.ts', args: ['--only', 'journeys'], needs: ALL },
  coverage: { file: 'scripts/contracts/coverage.ts', needs: ['contracts'] },
  prove: { file: 'scripts/contracts/prove.ts', needs: [] },
  'docs:contracts': { file: 'scripts/contracts/docs.ts', needs: ['contracts'] },
  gas: { file: 'scripts/contracts/gas.ts', needs: ['contracts'] },
  mutate: { file: 'scripts/contracts/mutate.ts', needs: ['contracts'] },
}

module.exports = { COMMANDS }
