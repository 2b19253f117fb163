import type { LineErrorCode } from '../errors.ts'
import type { RawRow } from '../row.ts'

/** A fault of a line as a whole. */
export type LineFault = { readonly field: string; readonly code: LineErrorCode; readonly message: string }

/** One line of a file, whatever its format; the row is null where nothing could be made of the line. */
export type FileRow = { readonly line: number; readonly row: RawRow | null; readonly fault: LineFault | null }
