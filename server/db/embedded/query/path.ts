import { fieldOf, type Raw, someValue, T } from '../bson/raw.ts'

/** One step of a dotted path: the name as UTF-8, and the array position where it is a number. */
export type PathPart = { readonly text: string; readonly name: Buffer; readonly position: number | undefined }
export type Path = readonly PathPart[]

export function pathOf(text: string): Path {
  return text.split('.').map((part) => ({
    text: part,
    name: Buffer.from(part),
    position: /^(?:0|[1-9]\d{0,8})$/.test(part) ? Number(part) : undefined,
  }))
}

/**
 * Visits what a dotted path names in a document, as MongoDB does for queries: through every element of arrays of
 * documents, and by position where the path has a number. `visit` gets null for what is missing, and arrays as they are;
 * the walk stops, and the answer is true, when a visit answers true.
 */
export function someAt(document: Raw, path: Path, visit: (value: Raw | null) => boolean, from = 0): boolean {
  const part = path[from] as PathPart // callers stay inside the path
  const value = fieldOf(document, part.name)
  if (from === path.length - 1 || value === null) return visit(value)
  if (value.type === T.object) return someAt(value, path, visit, from + 1)
  if (value.type === T.array) return someIn(value, path, visit, from + 1)
  return visit(null)
}

function someIn(array: Raw, path: Path, visit: (value: Raw | null) => boolean, from: number): boolean {
  const part = path[from] as PathPart // callers stay inside the path
  if (part.position !== undefined) {
    const element = fieldOf(array, part.name)
    if (element && someFrom(element, path, visit, from)) return true
  }
  return someValue(array, (element) => element.type === T.object && someAt(element, path, visit, from))
}

function someFrom(element: Raw, path: Path, visit: (value: Raw | null) => boolean, from: number): boolean {
  if (from === path.length - 1) return visit(element)
  if (element.type === T.object) return someAt(element, path, visit, from + 1)
  if (element.type === T.array) return someIn(element, path, visit, from + 1)
  return false
}
