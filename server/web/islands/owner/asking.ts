import { call, Refused } from './api.ts'
import type { Telling } from './telling.ts'

type Asked = { readonly id: string; readonly secret: string; readonly url: string }
type Answer = { readonly verdict: string; readonly assurance: string }

const LOOK_EVERY_MS = 1_500
/** A little longer than a challenge counts. */
const LOOKS_MAX = 205

/** Puts a challenge on the buyer's screen, waits for its answer, and uses that for a scan. */
export function askHolder(box: HTMLElement, telling: Telling): void {
  const show = box.querySelector<HTMLButtonElement>('[data-show]')
  if (!show) return
  show.hidden = false
  show.addEventListener('click', () => void telling.during(() => ask(box, telling)))
}

async function ask(box: HTMLElement, telling: Telling): Promise<void> {
  const { gtin = '', serial = '' } = box.dataset
  const item = { gtin, serial }
  const { id, secret, url } = await call<Asked>('/v1/challenges', { item })
  const show = box.querySelector<HTMLElement>('[data-show]')
  const code = box.querySelector<HTMLElement>('[data-code]')
  const picture = box.querySelector<HTMLImageElement>('[data-picture]')
  const link = box.querySelector<HTMLAnchorElement>('[data-link]')
  if (!show || !code || !picture || !link) return
  picture.src = `/prove/${id}/code.svg`
  link.href = url
  code.hidden = false
  show.hidden = true
  telling.step('answer')
  try {
    await answered(id)
    showAnswer(await call<Answer>('/v1/verifications', { ...item, challenge: { id, secret } }))
    box.hidden = true
  } finally {
    code.hidden = true
    show.hidden = false
  }
}

async function answered(id: string): Promise<void> {
  for (let i = 0; i < LOOKS_MAX; i++) {
    const { status } = await call<{ status: string }>(`/v1/challenges/${id}`)
    if (status === 'answered') return
    if (status !== 'open') break
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  throw new Refused('no_answer', '')
}

function showAnswer({ verdict, assurance }: Answer): void {
  const find = (level: string) => document.querySelector<HTMLElement>(`[data-answer="${verdict}:${level}"]`)
  const shown = find(assurance) ?? find('label')
  document.querySelector('.intro')?.remove()
  if (!shown) return
  shown.hidden = false
  shown.focus()
}
