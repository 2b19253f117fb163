import { pino } from 'pino'
import type { Logger } from '../kernel/log.ts'

/** Names that never reach the log, wherever they stand in what is logged. */
const SECRET_NAMES = ['apiKey', 'authorization', 'cookie', 'secret', 'privateKey', 'claimCode', 'password']

/** JSON lines on standard error, so that standard output stays for people and programs that asked for an answer. */
export function createLogger(level: string): Logger {
  const paths = SECRET_NAMES.flatMap((name) => [name, `*.${name}`])
  return pino(
    { level, redact: { paths, censor: '[kept out]' }, base: null },
    pino.destination({ dest: 2, sync: false }),
  )
}
