/** What the service writes its log to: one line a request and one a business event, with ids and no secrets. */
export type Logger = {
  debug(data: LogData, message: string): void
  info(data: LogData, message: string): void
  warn(data: LogData, message: string): void
  /** Somebody must act now. */
  error(data: LogData, message: string): void
  child(bindings: LogData): Logger
}

export type LogData = { readonly [key: string]: unknown }

/** A log that keeps nothing, for tools that print for themselves. */
export const silentLog: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
}
