import { Refused } from './api.ts'
import { keepItem, keepPasskey, kept, signerOf } from './keeping.ts'
import { canUsePasskeys, makePasskey } from './passkey.ts'
import { recallPasskey } from './recall.ts'
import type { Telling } from './telling.ts'

const POINT = /^[A-Za-z0-9_-]{86}$/

/** The items that this browser remembers, each with a link; `to` leads on to handing it over to that key. */
export function listItems(box: HTMLElement, to: string): void {
  const list = box.querySelector('[data-items]')
  const { items } = kept()
  if (!list || items.length === 0) return
  box.querySelector('[data-none]')?.remove()
  for (const { gtin, serial, name } of items) {
    const link = document.createElement('a')
    const path = `/own/${gtin}/${encodeURIComponent(serial)}`
    const query = new URLSearchParams(location.search)
    link.href = `${to === '' ? path : `${path}/transfer`}${query.size > 0 ? `?${query}` : ''}`
    link.textContent = name
    const number = document.createElement('p')
    number.textContent = serial
    const entry = document.createElement('li')
    entry.append(link, number)
    list.append(entry)
  }
}

/** Shows the public half of this phone's passkey, made now where there is none. */
export function showOwnCode(box: HTMLElement, telling: Telling): void {
  if (!canUsePasskeys()) return telling.refuse(telling.texts.noPasskeys)
  const show = async (): Promise<void> => {
    telling.step('passkey')
    const passkey = kept().passkey ?? (await makePasskey(`${telling.texts.mine.title} · ${location.host}`))
    keepPasskey(passkey)
    const picture = box.querySelector<HTMLImageElement>('[data-picture]')
    const link = box.querySelector<HTMLAnchorElement>('[data-link]')
    const words = box.querySelector('[data-words]')
    const code = box.querySelector<HTMLElement>('[data-code]')
    if (!picture || !link || !words || !code) return
    picture.src = `/own/code.svg?to=${passkey.point}`
    link.href = `/own/give?to=${passkey.point}`
    words.textContent = (passkey.point.match(/.{4}/g) ?? []).slice(0, 4).join(' ')
    code.hidden = false
    box.querySelector('[data-show]')?.remove()
  }
  const button = box.querySelector<HTMLElement>('[data-show]')
  if (button) button.hidden = false
  button?.addEventListener('click', () => void telling.during(show))
}

/** Says whether this browser's passkey owns the item, and finds the one that does where it is not remembered. */
export function showMine(box: HTMLElement, telling: Telling): void {
  const { verifier = '', owner = '', gtin = '', serial = '', name = '' } = box.dataset
  const { passkey } = kept()
  const yours = (): void => {
    keepItem({ gtin, serial, name })
    part(box, '[data-yours]').hidden = false
    part(box, '[data-not-yours]').hidden = true
  }
  if (passkey !== null && signerOf(passkey.point, verifier).account === owner) return yours()
  part(box, '[data-not-yours]').hidden = false
  if (!canUsePasskeys()) return telling.refuse(telling.texts.noPasskeys)
  part(box, '[data-recall]').addEventListener('click', () => {
    void telling.during(async () => {
      telling.step('passkey')
      const found = await recallPasskey(({ point }) => signerOf(point, verifier).account === owner)
      if (found === null) throw new Refused('not_found', '')
      keepPasskey(found)
      yours()
    })
  })
}

/** Takes the new owner's link or key from what was pasted. */
export function pasteLink(form: HTMLFormElement, telling: Telling): void {
  form.addEventListener('submit', (event) => {
    const field = form.elements.namedItem('to')
    if (!(field instanceof HTMLInputElement)) return
    const text = field.value.trim()
    const point = URL.canParse(text) ? (new URL(text).searchParams.get('to') ?? '') : text
    if (POINT.test(point)) {
      field.value = point
      return
    }
    event.preventDefault()
    telling.refuse(telling.texts.refusals.link)
  })
}

function part(box: HTMLElement, selector: string): HTMLElement {
  const found = box.querySelector<HTMLElement>(selector)
  if (!found) throw new TypeError(`the page has no ${selector}`)
  return found
}
