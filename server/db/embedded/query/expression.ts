import { expressionOf } from '../aggregate/expressions.ts'
import type { Scope } from '../aggregate/values.ts'
import { decodePlain, plainOf } from '../bson/codec.ts'
import { bytesOfDocument, type Raw } from '../bson/raw.ts'

/** `$expr`: an aggregation expression as a condition. */
export function compileExpression(operand: Raw, variables: Scope): (document: Raw) => boolean {
  const compute = expressionOf(plainOf(operand), variables)
  return (document) => isTrue(compute(decodePlain(bytesOfDocument(document))))
}

function isTrue(value: unknown): boolean {
  return value !== false && value !== null && value !== undefined && value !== 0
}
