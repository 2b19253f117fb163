import type { OwnerTexts } from '../../texts/owner.ts'
import { Refused } from './api.ts'

type Step = keyof OwnerTexts['steps']
type Known = keyof OwnerTexts['refusals']

/** Says on the page what is under way, and why something did not work. */
export class Telling {
  readonly texts: OwnerTexts
  readonly #box: HTMLElement

  constructor(box: HTMLElement, texts: OwnerTexts) {
    this.#box = box
    this.texts = texts
  }

  step(name: Step | null): void {
    const status = this.#box.querySelector('[data-status]')
    if (status) status.textContent = name === null ? '' : this.texts.steps[name]
  }

  refuse(text: string): void {
    const note = this.#box.querySelector<HTMLElement>('[data-refused]')
    if (!note) return
    note.textContent = text
    note.hidden = text === ''
  }

  /** Runs what a button does, once at a time, and says why where it does not work. */
  async during(work: () => Promise<void>): Promise<void> {
    const buttons = [...this.#box.querySelectorAll('button')]
    for (const button of buttons) button.disabled = true
    this.refuse('')
    try {
      await work()
    } catch (error) {
      this.refuse(this.#reason(error))
    } finally {
      this.step(null)
      for (const button of buttons) button.disabled = false
    }
  }

  #reason(error: unknown): string {
    const { refusals } = this.texts
    if (error instanceof Refused) {
      const known = refusals[error.code as Known]
      return known ?? refusals.other.replace('{detail}', error.message)
    }
    // What `navigator.credentials` rejects with where the person said no, or let the time pass.
    if (error instanceof DOMException && error.name === 'NotAllowedError') return refusals.declined
    return refusals.network
  }
}
