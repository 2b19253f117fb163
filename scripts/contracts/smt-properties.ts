/** One property of a harness: a function with one assert, its notice as title. */
export type Property = {
  readonly name: string
  readonly title: string
  /** What must come out; a function named `refuted…` is false on purpose. */
  readonly expected: 'proved' | 'refuted'
  /** Bytes of the function in the source. */
  readonly start: number
  readonly end: number
}

const FUNCTION = /\/\/\/ @notice ([\s\S]*?)\n\s*function (proved|refuted)(\w+)\([\s\S]*?\n {4}\}/g

/**
 * Finds the properties of a harness: functions named `proved…` or `refuted…`, each with a notice and exactly one assert.
 * Harnesses are formatted, so a function ends at a brace indented as it is; they are ASCII, so characters are bytes.
 */
export function propertiesOf(source: string): Property[] {
  const found = [...source.matchAll(FUNCTION)].map((match) => {
    const [text, notice = '', expected, rest = ''] = match
    const start = match.index
    return {
      name: `${expected}${rest}`,
      title: notice.replaceAll(/\s*\n\s*\/\/\/\s*/g, ' ').trim(),
      expected: expected === 'proved' ? ('proved' as const) : ('refuted' as const),
      start,
      end: start + text.length,
      asserts: text.split('assert(').length - 1,
    }
  })
  const odd = found.filter(({ asserts }) => asserts !== 1)
  if (odd.length > 0) throw new Error(`not one assert: ${odd.map(({ name }) => name).join(', ')}`)
  const asserts = source.split('assert(').length - 1
  if (asserts !== found.length) throw new Error(`${asserts} asserts, but ${found.length} named properties`)
  return found.map(({ asserts: _, ...property }) => property)
}
