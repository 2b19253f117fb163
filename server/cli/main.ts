import { readEnv } from '../config/env.ts'
import { runCli } from './cli.ts'
import type { Io } from './command.ts'

/** The process behind `npx cachet`. */
process.exitCode = await runCli(process.argv.slice(2), { env: readEnv(), io: terminal() })

function terminal(): Io {
  const watched = process.stderr.isTTY === true
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    progress: watched ? (line) => void process.stderr.write(`\r\u001b[2K${line}`) : null,
  }
}
