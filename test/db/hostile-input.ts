import { Decimal128, Double, Long, MaxKey, MinKey, ObjectId, serialize } from 'bson'
import fc from 'fast-check'
import { message } from './raw-client.ts'

// What a hostile client may send: commands that are well-formed BSON and make no sense, and bytes that are no message.

const NAMES = [
  ...['_id', 'a', 'b', 'a.b', 'a.0', 'a.0.b', 'l', 'l.$', 'l.$[]', 'l.$[x].y', '', '.', 'a.', '.a', 'a..b'],
  ...[
    '__proto__',
    '__proto__.polluted',
    'a.__proto__.polluted',
    'constructor',
    'constructor.prototype.polluted',
  ],
  ...[
    'prototype',
    'toString',
    'hasOwnProperty',
    '$',
    '$$ROOT',
    '$$NOW',
    '$a',
    '$__proto__',
    '99999999',
    '-1',
  ],
]
const OPERATORS = [
  ...[
    '$eq',
    '$gt',
    '$lte',
    '$in',
    '$nin',
    '$and',
    '$or',
    '$nor',
    '$not',
    '$exists',
    '$type',
    '$size',
    '$mod',
  ],
  ...[
    '$all',
    '$elemMatch',
    '$regex',
    '$options',
    '$expr',
    '$set',
    '$unset',
    '$inc',
    '$mul',
    '$min',
    '$max',
    '$push',
  ],
  ...['$each', '$slice', '$sort', '$position', '$addToSet', '$pull', '$pullAll', '$pop', '$bit', '$rename'],
  ...[
    '$currentDate',
    '$setOnInsert',
    '$match',
    '$project',
    '$addFields',
    '$group',
    '$limit',
    '$skip',
    '$count',
  ],
  ...[
    '$unwind',
    '$facet',
    '$lookup',
    '$sortByCount',
    '$replaceRoot',
    '$replaceWith',
    '$sum',
    '$avg',
    '$first',
  ],
  ...[
    '$concat',
    '$map',
    '$filter',
    '$reduce',
    '$let',
    '$switch',
    '$cond',
    '$getField',
    '$setField',
    '$literal',
  ],
  ...[
    '$mergeObjects',
    '$arrayToObject',
    '$objectToArray',
    '$dateToString',
    '$split',
    '$regexMatch',
    '$range',
  ],
  ...[
    '$substrCP',
    '$toString',
    '$toDate',
    '$divide',
    '$log',
    '$pow',
    '$round',
    '$ref',
    '$id',
    '$comment',
    '$bad',
  ],
]
const COMMANDS: Record<string, readonly string[]> = {
  find: ['filter', 'sort', 'projection', 'hint', 'skip', 'limit', 'batchSize', 'let', 'maxTimeMS'],
  count: ['query', 'limit', 'skip'],
  distinct: ['key', 'query'],
  aggregate: ['pipeline', 'cursor', 'let', 'hint'],
  insert: ['documents', 'ordered'],
  update: ['updates', 'ordered'],
  delete: ['deletes'],
  findAndModify: ['query', 'update', 'fields', 'sort', 'new', 'upsert', 'remove', 'arrayFilters'],
  create: ['capped'],
  createIndexes: ['indexes'],
  dropIndexes: ['index'],
  listIndexes: ['cursor'],
  listCollections: ['filter'],
  explain: ['verbosity'],
  getMore: ['collection', 'batchSize'],
  killCursors: ['cursors'],
  collStats: [],
  commitTransaction: [],
  abortTransaction: [],
}
/** What a field has in a sound command, so that not all of them are refused at the first look. */
const SOUND: Record<string, (value: unknown) => unknown> = {
  filter: (value) => ({ a: value }),
  query: (value) => ({ a: value }),
  sort: (value) => ({ a: 1, b: value }),
  pipeline: (value) => [{ $match: {} }, { $project: { x: value } }],
  documents: (value) => [{ a: value }],
  updates: (value) => [{ q: {}, u: value, upsert: true }],
  update: (value) => ({ $set: { a: value } }),
  deletes: (value) => [{ q: { a: value }, limit: 1 }],
  indexes: (value) => [{ key: { a: 1 }, name: 'x', partialFilterExpression: value }],
  arrayFilters: (value) => [{ x: value }],
  let: (value) => ({ v: value }),
  fields: (value) => ({ a: value }),
  cursor: () => ({}),
}

const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 53),
  fc.constantFrom('', 'a', '$a', '$$v', '\0', '(a+)+$', '\ud800', 'x'.repeat(2_000)),
  fc.constantFrom(
    new MinKey(),
    new MaxKey(),
    new ObjectId(),
    new Date(Number.MAX_SAFE_INTEGER),
    new Date(Number.NaN),
  ),
  fc.constantFrom(
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    Decimal128.fromString('NaN'),
    Decimal128.fromString('1E+6000'),
  ),
  fc.constantFrom(new Double(-0), /(a|a)*b/i, Buffer.alloc(3)),
)
/** Own fields, also those whose plain assignment would change a prototype. */
const record = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.array(fc.tuple(keys, values), { maxLength: 3 }).map((entries) => {
    const made = {}
    for (const [key, value] of entries)
      Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true })
    return made
  })
const name = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...OPERATORS) }, fc.constantFrom(...NAMES))
const tree = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    record(name, tie('value')),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}))
const deep = fc.integer({ min: 50, max: 400 }).map((levels) => {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { $and: [value] } : { a: value }
  return value
})
const value = fc.oneof({ weight: 30, arbitrary: tree['value'] as fc.Arbitrary<unknown> }, deep)

/** A command with its collection and some of its fields, sound around a senseless core or senseless through and through. */
export const hostileCommand: fc.Arbitrary<object> = fc
  .constantFrom(...Object.keys(COMMANDS))
  .chain((command) => {
    const names = COMMANDS[command] ?? []
    const chosen = names.length === 0 ? fc.constant<string[]>([]) : fc.subarray<string>([...names])
    const collection = fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>('h') }, value)
    return fc.tuple(collection, chosen).chain(([target, fields]) =>
      fc
        .array(fc.tuple(fc.boolean(), value), { minLength: fields.length, maxLength: fields.length })
        .map((values) => {
          const given = fields.map((field, i) => {
            const [isSound, core] = values[i] ?? [false, null]
            return [field, isSound ? (SOUND[field]?.(core) ?? core) : core]
          })
          const needed = names.slice(0, 1).filter((field) => !fields.includes(field))
          const filled = needed.map((field) => [field, SOUND[field]?.(1) ?? 1])
          return { [command]: target, ...Object.fromEntries([...filled, ...given]), $db: 'test' }
        }),
    )
  })

/** A message whose bytes, length, opcode or end are not what they should be. */
export const hostileBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom('flip', 'int32', 'length', 'opcode', 'half', 'joined'),
    hostileCommand,
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(-2_147_483_648, -1, 0, 4, 5, 16, 2_012, 2_004, 48_000_001, 2_147_483_647),
  )
  .map(([kind, command, changes, number]) => {
    const bytes = messageOf(command)
    const at = 16 + ((changes[0]?.[0] ?? 0) % (bytes.length - 20))
    if (kind === 'flip') for (const [place, byte] of changes) bytes[16 + (place % (bytes.length - 16))] = byte
    if (kind === 'int32') bytes.writeInt32LE(number, at)
    if (kind === 'length') bytes.writeInt32LE(number, 0)
    if (kind === 'opcode') bytes.writeInt32LE(number, 12)
    if (kind === 'half') return bytes.subarray(0, at)
    return kind === 'joined' ? Buffer.concat([bytes, bytes.subarray(0, at)]) : bytes
  })

/** BSON refuses a few of the values above (a lone surrogate is none of them); those commands are sent empty. */
export function messageOf(command: object): Buffer {
  try {
    serialize(command)
    return message(command)
  } catch {
    return message({ ping: 1, $db: 'test' })
  }
}
