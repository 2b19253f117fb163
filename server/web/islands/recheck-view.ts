/** Shows what this phone found out, by text only: nothing that came from outside becomes markup. */
import { isVerdict } from '../../modules/verification/types.ts'
import { languageOf, VERDICT_TEXTS } from '../../modules/verification/verdict-texts.ts'
import type { Fault } from '../../offline/answer-parts.ts'
import type { AnswerCheck } from '../../offline/check-answer.ts'
import type { RecheckTexts } from '../texts/recheck.ts'

export type About = {
  readonly texts: RecheckTexts
  /** Endpoints beside this service; none asks through it. */
  readonly endpoints: readonly string[]
  /** True where the visitor entered them. */
  readonly isOwn: boolean
  readonly registry: { readonly address: string | null; readonly known: boolean } | null
}

/** Where the form sends what the visitor enters. */
const SETTINGS = '/settings/endpoints'

export function showRunning(box: HTMLElement, { texts }: About): void {
  box.hidden = false
  box.textContent = texts.running
}

export function showFailure(box: HTMLElement, about: About): void {
  box.textContent = about.texts.failed
  showDetails([], about)
}

export function showCheck(box: HTMLElement, check: AnswerCheck, about: About): void {
  const { texts } = about
  const names = check.endpoints.filter((one) => one.silence === null).map((one) => one.name)
  box.textContent = sentenceOf(check, texts).replace('{names}', names.join(', '))
  box.classList.add(check.outcome)
  if (check.outcome === 'withdrawn') withdraw(check.faults, texts)
  showDetails(detailLines(check, about, names), about)
}

function sentenceOf({ outcome, doubt }: AnswerCheck, texts: RecheckTexts): string {
  if (outcome === 'withdrawn') return texts.withdrawn
  return doubt === null ? texts.confirmed : texts.doubts[doubt]
}

/** Takes the service's answer back: its headline, symbol, tone and advice give way to what this phone found. */
function withdraw(faults: readonly Fault[], texts: RecheckTexts): void {
  const verdict = part('.verdict')
  verdict.className = 'verdict warn'
  part('h1').textContent = texts.withdrawnTitle
  part('.seal').textContent = '?'
  part('.meaning').textContent = texts.withdrawn
  part('.advice p').textContent = texts.withdrawnAdvice
  document.title = `${texts.withdrawnTitle} · Cachet`
  const list = document.createElement('ul')
  list.append(...faults.map((fault) => element('li', faultText(fault, texts))))
  part('.advice').append(list)
  document.querySelector('[data-recheck]')?.remove()
  unsay(texts)
}

/** Findings of an answer that was taken back are no longer shown as in order or not. */
function unsay(texts: RecheckTexts): void {
  for (const finding of document.querySelectorAll<HTMLElement>('[data-check]')) {
    finding.className = 'unknown'
    finding.querySelector('i')?.remove()
    const dot = finding.querySelector('.dot')
    if (dot) dot.textContent = '–'
  }
  const title = document.querySelector('.findings')?.closest('section')?.querySelector('h2')
  if (title) title.textContent = texts.said
}

function faultText({ code, part: named = '' }: Fault, texts: RecheckTexts): string {
  const language = languageOf(document.documentElement.lang)
  const words = isVerdict(named) ? VERDICT_TEXTS[language][named].headline : (labelOf(named) ?? named)
  return texts.faults[code].replace('{part}', words)
}

/** What the page itself calls a fact or a finding. */
function labelOf(name: string): string | null {
  const fact = document.querySelector(`[data-fact="${CSS.escape(name)}"]`)
  const finding = document.querySelector(`[data-check="${CSS.escape(name)}"] b`)
  return fact?.closest('div')?.querySelector('dt')?.textContent ?? finding?.textContent ?? null
}

function detailLines(check: AnswerCheck, about: About, names: readonly string[]): string[] {
  const { texts, endpoints, registry } = about
  const at = check.endpoints.find((one) => one.at !== null)?.at
  const silent = check.endpoints.filter((one) => one.silence !== null)
  const words = check.onItsWord.filter((one) => one in texts.words).map((one) => texts.words[one as 'tag'])
  const lines = [
    at && texts.computed,
    at && texts.read.replace('{block}', String(at.blockNumber)),
    names.length > 0 &&
      (endpoints.length === 0 ? texts.through : texts.direct.replace('{names}', names.join(', '))),
    ...silent.map(({ name, silence }) =>
      texts.silent.replace('{name}', name).replace('{reason}', silence ?? ''),
    ),
    at && registry?.address && registryText(registry.address, registry.known, texts),
    words.length > 0 && texts.word.replace('{list}', words.join(', ')),
    texts.program,
  ]
  return lines.filter((line): line is string => typeof line === 'string')
}

function registryText(address: string, known: boolean, texts: RecheckTexts): string {
  return (known ? texts.registryKnown : texts.registryNew).replace('{address}', address)
}

function showDetails(lines: readonly string[], about: About): void {
  const section = document.createElement('section')
  const list = document.createElement('ul')
  list.append(...lines.map((line) => element('li', line)))
  section.append(element('h2', about.texts.title), list, settingsForm(about))
  part('.limits').before(section)
}

function settingsForm({ texts, endpoints, isOwn }: About): HTMLElement {
  const details = document.createElement('details')
  const form = document.createElement('form')
  form.method = 'post'
  form.action = SETTINGS
  const label = element('label', texts.endpoints)
  label.setAttribute('for', 'endpoints')
  const field = document.createElement('textarea')
  Object.assign(field, {
    id: 'endpoints',
    name: 'endpoints',
    rows: 3,
    spellcheck: false,
    autocapitalize: 'off',
  })
  field.value = isOwn ? endpoints.join('\n') : ''
  field.setAttribute('aria-describedby', 'endpoints-hint')
  const hint = element('p', texts.hint)
  hint.id = 'endpoints-hint'
  hint.className = 'hint'
  const back = document.createElement('input')
  Object.assign(back, { type: 'hidden', name: 'back', value: `${location.pathname}${location.search}` })
  form.append(back, label, field, hint, element('button', texts.save))
  details.append(element('summary', texts.settings), form)
  return details
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

function part(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector)
  if (!found) throw new TypeError(`the page has no ${selector}`)
  return found
}
