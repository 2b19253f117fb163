import { setFlagsFromString } from 'node:v8'
import { type Raw, regexOf, T, textOf } from '../bson/raw.ts'
import { CommandFailure, unsupported } from '../failure.ts'

const PATTERN_MAX = 4_096

/** A pattern that backtracks without end would hold up the store for ever: V8 then goes on with its linear engine. */
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')

/**
 * A regular expression of a query as a JavaScript one. MongoDB uses PCRE: what JavaScript writes alike means the same,
 * the extended form (flag x) and inline flags are refused.
 */
export function compileRegex(operand: Raw): (text: string) => boolean {
  const { pattern, flags } = sourceOf(operand)
  if (pattern.length > PATTERN_MAX)
    throw new CommandFailure('BadValue', `a regular expression may have ${PATTERN_MAX} characters`)
  for (const flag of flags) {
    if (flag === 'x' || flag === 'l') throw unsupported(`The regular expression flag ${flag}`)
    if (!'imsu'.includes(flag)) throw new CommandFailure('BadValue', `invalid flag in regex options: ${flag}`)
  }
  if (/\(\?[imsx-]+[):]/.test(pattern) || /\\[AZzhHRKQEG]|\(\?(?:>|#|\||[0-9R&P])|[*+?}]\+/.test(pattern)) {
    throw unsupported(`The regular expression /${pattern.slice(0, 80)}/`)
  }
  try {
    const regex = new RegExp(pattern, [...new Set(flags.replaceAll('u', ''))].join(''))
    return (text) => regex.test(text)
  } catch (error) {
    throw new CommandFailure(
      'BadValue',
      `Regular expression is invalid: ${error instanceof Error ? error.message : ''}`,
    )
  }
}

function sourceOf(operand: Raw): { pattern: string; flags: string } {
  if (operand.type === T.regex) return regexOf(operand)
  if (operand.type === T.string) return { pattern: textOf(operand), flags: '' }
  throw new CommandFailure('BadValue', '$regex has to be a string')
}
