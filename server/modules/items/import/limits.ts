import { LEAVES_MAX } from '../merkle.ts'

/** Bounds of one file. A batch is anchored under one root, which covers up to 2^20 leaves. */
export const ROWS_MAX = LEAVES_MAX
export const LINE_BYTES_MAX = 64 * 1024
/** Workbooks are held in memory while they are read; a larger stock goes as CSV. */
export const XLSX_BYTES_MAX = 32 * 1024 * 1024
export const XLSX_INFLATED_BYTES_MAX = 128 * 1024 * 1024
/** Errors listed of one file; the rest is only counted. */
export const ERRORS_LISTED_MAX = 1_000
/** Distinct models of one file whose prices are kept for screening. */
export const MODELS_MAX = 2_000
/** A chunk is stored as one document, and is what the main thread handles at once: bounded so that requests never wait long. */
export const CHUNK_ROWS_MAX = 1_000
export const CHUNK_CHARACTERS_MAX = 1_500_000
