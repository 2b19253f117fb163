import type { MessagePort } from 'node:worker_threads'
import type { ErrorData } from '../../../kernel/errors.ts'
import type { FileFormat, ImportedRows, ImportRules, ImportSummary } from '../ports.ts'

/** What the thread that has the upload sends to the thread that reads it. */
export type ToReader =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'broken' }
  /** A chunk of rows was stored. */
  | { readonly kind: 'stored' }

/** What the reading thread sends back. */
export type FromReader = { readonly kind: 'more' } | { readonly kind: 'rows'; readonly rows: ImportedRows }

export type ReadTask = {
  readonly port: MessagePort
  readonly format: FileFormat
  readonly rules: ImportRules
}

export type ReadOutcome =
  | { readonly summary: ImportSummary; readonly error: null }
  | {
      readonly summary: null
      readonly error: { readonly code: string; readonly message: string; readonly data: ErrorData }
    }
