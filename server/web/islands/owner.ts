/** Pages for owners: makes and uses the passkey, signs in this browser what was looked at here, and keeps the list of items. */
import { languageOf } from '../../modules/verification/verdict-texts.ts'
import { OWNER_TEXTS } from '../texts/owner.ts'
import { OwnerActs } from './owner/acts.ts'
import { askHolder } from './owner/asking.ts'
import { listItems, pasteLink, showMine, showOwnCode } from './owner/lists.ts'
import { canUsePasskeys } from './owner/passkey.ts'
import { Telling } from './owner/telling.ts'

const texts = OWNER_TEXTS[languageOf(document.documentElement.lang)]

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-act]')) start(form)
for (const box of document.querySelectorAll<HTMLElement>('[data-own]')) {
  const kind = box.dataset['own']
  if (kind === 'list') listItems(box, '')
  if (kind === 'give') listItems(box, box.dataset['to'] ?? '')
  if (kind === 'receive') showOwnCode(box, new Telling(box, texts))
  if (kind === 'ask') askHolder(box, new Telling(box, texts))
  if (kind === 'item') showMine(box, new Telling(box, texts))
}
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-paste]'))
  pasteLink(form, new Telling(form, texts))

function start(form: HTMLFormElement): void {
  const telling = new Telling(form, texts)
  form.hidden = false
  if (!canUsePasskeys()) return telling.refuse(texts.noPasskeys)
  const acts = new OwnerActs(form, telling)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void telling.during(async () => {
      await acts.run()
      showDone(form)
    })
  })
}

/** What came of it takes the place of the form and of all that led to it. */
function showDone(form: HTMLFormElement): void {
  const done = document.querySelector<HTMLElement>('[data-done]')
  form.hidden = true
  for (const before of document.querySelectorAll('.intro, .card, .next')) before.remove()
  if (!done) return
  done.hidden = false
  done.focus()
}
