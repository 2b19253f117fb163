import { isNumber, numberOf, type Raw, T, textOf, valuesOf } from '../bson/raw.ts'
import { CommandFailure } from '../failure.ts'

/** Names that `$type` takes (MongoDB manual, "$type"). */
const TYPES: ReadonlyMap<string, number> = new Map([
  ['double', T.double],
  ['string', T.string],
  ['object', T.object],
  ['array', T.array],
  ['binData', T.binary],
  ['undefined', T.undefined],
  ['objectId', T.objectId],
  ['bool', T.bool],
  ['date', T.date],
  ['null', T.null],
  ['regex', T.regex],
  ['dbPointer', T.dbPointer],
  ['javascript', T.code],
  ['symbol', T.symbol],
  ['javascriptWithScope', T.codeWithScope],
  ['int', T.int32],
  ['timestamp', T.timestamp],
  ['long', T.int64],
  ['decimal', T.decimal],
  ['minKey', T.minKey],
  ['maxKey', T.maxKey],
])
const KNOWN = new Set(TYPES.values())

export function typeTest(operand: Raw): (type: number) => boolean {
  const wanted = (operand.type === T.array ? valuesOf(operand) : [operand]).map(typeOf)
  const numeric = wanted.includes('number')
  return (type) => (numeric && isNumber(type)) || wanted.includes(type)
}

function typeOf(operand: Raw): number | 'number' {
  if (operand.type === T.string) {
    const name = textOf(operand)
    const type = name === 'number' ? 'number' : TYPES.get(name)
    if (type === undefined) throw new CommandFailure('BadValue', `Unknown type name alias: ${name}`)
    return type
  }
  const number = numberOf(operand)
  const type = number === -1 ? T.minKey : number
  if (type === null || !KNOWN.has(type as never))
    throw new CommandFailure('BadValue', `Invalid numerical type code: ${number}`)
  return type
}
