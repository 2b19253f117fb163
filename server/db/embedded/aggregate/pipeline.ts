import { unsupported } from '../failure.ts'

export function runOnDocument(_stages: unknown[], _document: Buffer): Buffer {
  throw unsupported('A pipeline as an update')
}
