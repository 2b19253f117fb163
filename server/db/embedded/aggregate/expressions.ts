import { unsupported } from '../failure.ts'

/** An aggregation expression, compiled. */
export function expressionOf(_expression: unknown): (document: Record<string, unknown>) => unknown {
  throw unsupported('$expr')
}
