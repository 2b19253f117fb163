import type { Document } from 'bson'

/** MongoDB's error codes that this store answers with (src/mongo/base/error_codes.yml of the server). */
export const CODES = {
  InternalError: 1,
  BadValue: 2,
  HostUnreachable: 6,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  UnsatisfiableWriteConcern: 100,
  WriteConflict: 112,
  CommandNotSupported: 115,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  TransactionTooOld: 225,
  NotImplemented: 238,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  OperationNotSupportedInTransaction: 263,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
  /** Errors that the server has no name for: an unknown accumulator, option of $unwind, stage, field of a command. */
  Location15952: 15952,
  Location28811: 28811,
  Location40324: 40324,
  Location40415: 40415,
} as const

export type CodeName = keyof typeof CODES

const TRANSIENT: ReadonlySet<CodeName> = new Set(['WriteConflict', 'NoSuchTransaction'])

/** A command or one of its writes was refused; becomes MongoDB's error document. */
export class CommandFailure extends Error {
  readonly codeName: CodeName
  readonly extra: Document

  constructor(codeName: CodeName, message: string, extra: Document = {}) {
    super(message)
    this.name = 'CommandFailure'
    this.codeName = codeName
    this.extra = extra
  }
}

/** What the store leaves to a real MongoDB: refused, never accepted and ignored. */
export function unsupported(what: string, codeName: CodeName = 'CommandNotSupported'): CommandFailure {
  return new CommandFailure(
    codeName,
    `${what} is not supported by the embedded store; use a real MongoDB (MONGODB_URI)`,
  )
}

export function codeOf(error: unknown): number {
  return error instanceof CommandFailure ? CODES[error.codeName] : CODES.InternalError
}

/** The reply of a command that failed; inside a transaction, failures that a retry may cure are labelled so. */
export function failureReply(error: unknown, inTransaction: boolean): Document {
  const known = error instanceof CommandFailure ? error : null
  const codeName = known?.codeName ?? 'InternalError'
  const labels =
    inTransaction && TRANSIENT.has(codeName) ? { errorLabels: ['TransientTransactionError'] } : {}
  const errmsg = error instanceof Error ? error.message : String(error)
  return { ok: 0, errmsg, code: CODES[codeName], codeName, ...known?.extra, ...labels }
}
