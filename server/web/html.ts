/** Markup that is safe to send: made by `html` or, as the named exception, by `raw`. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** What may stand in a template: text and numbers are escaped, markup is kept, lists are joined, nothing is nothing. */
export type Insert = string | number | Markup | null | undefined | false | readonly Insert[]

/**
 * Builds markup and escapes whatever is inserted, so that text stays text in elements and in quoted attributes.
 * Throws a TypeError for an insert in an attribute without quotes, where escaping would not be enough.
 *
 * @example html`<p title="${title}">${text}</p>`
 */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  requireQuotes(strings)
  let text = strings[0] ?? ''
  inserts.forEach((insert, i) => {
    text += render(insert) + (strings[i + 1] ?? '')
  })
  return new Markup(text)
}

/** Takes text as markup without escaping it: for constants of this program only, never for what came from outside. */
export function raw(text: string): Markup {
  return new Markup(text)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

function render(insert: Insert): string {
  if (insert === null || insert === undefined || insert === false) return ''
  if (insert instanceof Markup) return insert.text
  if (typeof insert === 'object') return insert.map(render).join('')
  return escapeText(String(insert))
}

const checked = new WeakSet<TemplateStringsArray>()

/** A template is written once and rendered often: it is looked at the first time only. */
function requireQuotes(strings: TemplateStringsArray): void {
  if (checked.has(strings)) return
  for (const before of strings.slice(0, -1)) {
    if (/=\s*$/.test(before))
      throw new TypeError(`attribute without quotes in a template: …${before.slice(-40)}`)
  }
  checked.add(strings)
}
