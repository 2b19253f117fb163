/** Work that goes on in the background: done once a period, and at once when woken. It may be stopped at any point. */
export type Job = {
  readonly name: string
  /** Longest pause between two runs, in milliseconds. */
  readonly everyMs: number
  run(signal: AbortSignal): Promise<void>
}
