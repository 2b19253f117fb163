import { type Act, call, Refused, settled } from './api.ts'
import { claimKey, readCode } from './claim-key.ts'
import { dropItem, keepItem, keepPasskey, kept, ownerOf } from './keeping.ts'
import { makePasskey, type Passkey } from './passkey.ts'
import { answerByCode, answerByPasskey, signPermit } from './proofs.ts'
import { authorised, domainOf, keyOf, messageOf, type SignedAct } from './signing.ts'
import type { Telling } from './telling.ts'

/** What an owner does on a page with a form: signed here, sent to the service, followed until the chain has it for good. */
export class OwnerActs {
  readonly #form: HTMLFormElement
  readonly #telling: Telling

  constructor(form: HTMLFormElement, telling: Telling) {
    this.#form = form
    this.#telling = telling
  }

  run(): Promise<void> {
    const act = this.#form.dataset['act'] as SignedAct | 'permit' | 'prove'
    if (act === 'permit') return this.#permit()
    if (act === 'prove') return this.#prove()
    if (act === 'claim') return this.#claim()
    if (act === 'transfer') return this.#transfer(this.#form.dataset['to'] ?? '')
    return this.#report(act)
  }

  get #item() {
    const { gtin = '', serial = '', name = '' } = this.#form.dataset
    return { gtin, serial, name }
  }

  /** The code is checked against the item's own claim key before anything is sent. */
  async #claim(): Promise<void> {
    const code = readCode(new FormData(this.#form).get('code')?.toString() ?? '')
    if (code === null) throw new Refused('code', '')
    const passkey = await this.#passkey()
    this.#telling.step('preparing')
    const request = await messageOf({ act: 'claim', item: this.#item, point: passkey.point })
    const key = claimKey(request.itemId, code)
    if (key.address !== request.signer.account) throw new Refused('wrong_code', '')
    await this.#send('/v1/claims', {
      item: keyOf(this.#item),
      owner: ownerOf(passkey.point),
      deadline: request.deadline,
      signature: key.sign(request.digest),
      domain: domainOf(request.typedData),
    })
    keepItem(this.#item)
  }

  async #transfer(to: string): Promise<void> {
    const word = await this.#word('transfer', to)
    await this.#send('/v1/transfers', { item: keyOf(this.#item), to: ownerOf(to), ...word })
    dropItem(this.#item)
  }

  async #report(act: 'report_stolen' | 'report_recovered'): Promise<void> {
    const { gtin, serial } = this.#item
    const kind = act === 'report_stolen' ? 'stolen' : 'recovered'
    const word = await this.#word(act, null)
    await this.#send(`/v1/items/${gtin}/${encodeURIComponent(serial)}/reports`, { kind, ...word })
  }

  async #permit(): Promise<void> {
    const given = new FormData(this.#form)
    const text = (name: string): string => given.get(name)?.toString().trim() ?? ''
    const place = { marketplace: text('marketplace'), listing: text('listing') }
    const passkey = this.#known()
    this.#telling.step('passkey')
    const id = await signPermit({ item: this.#item, ...place, days: Number(text('days')) }, passkey)
    for (const shown of document.querySelectorAll('[data-permit]')) shown.textContent = id
  }

  async #prove(): Promise<void> {
    const { challenge = '', owner } = this.#form.dataset
    if (owner === undefined) {
      this.#telling.step('preparing')
      return answerByCode(challenge, new FormData(this.#form).get('code')?.toString() ?? '')
    }
    const passkey = this.#known()
    this.#telling.step('passkey')
    await answerByPasskey(challenge, passkey)
  }

  #known(): Passkey {
    const { passkey } = kept()
    if (passkey === null) throw new Refused('no_passkey', '')
    return passkey
  }

  #word(act: SignedAct, point: string | null) {
    const passkey = this.#known()
    this.#telling.step('passkey')
    return authorised({ act, item: this.#item, point }, passkey)
  }

  async #send(path: string, body: object): Promise<void> {
    this.#telling.step('sending')
    const act = await call<Act>(path, body)
    this.#telling.step('waiting')
    await settled(act)
  }

  async #passkey(): Promise<Passkey> {
    const known = kept().passkey
    if (known !== null) return known
    this.#telling.step('passkey')
    const made = await makePasskey(`${this.#telling.texts.mine.title} · ${location.host}`)
    keepPasskey(made)
    return made
  }
}
