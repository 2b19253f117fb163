// The one task of the mint's worker threads, by name.
export { mintItems } from './mint.ts'
