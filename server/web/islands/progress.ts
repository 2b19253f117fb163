/** Follows a batch by server-sent events and redraws its numbers; loads the page again once it is done. */
type Progress = { readonly status: string; readonly total: number; readonly done: number }

const box = document.querySelector<HTMLElement>('[data-events]')
const address = box?.dataset['events']
if (box && address !== undefined) follow(box, address)

function follow(box: HTMLElement, address: string): void {
  const source = new EventSource(address)
  const show = (event: MessageEvent<string>) => draw(box, JSON.parse(event.data) as Progress)
  source.addEventListener('progress', show)
  source.addEventListener('done', (event: MessageEvent<string>) => {
    show(event)
    source.close()
    location.reload()
  })
}

function draw(box: HTMLElement, { status, total, done }: Progress): void {
  const bar = box.querySelector('progress')
  if (bar) {
    bar.max = total
    bar.value = done
  }
  const count = box.querySelector('[data-done]')
  if (count) count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(done)
  const words = box.dataset[`status${status.charAt(0).toUpperCase()}${status.slice(1)}`]
  const label = box.querySelector('[data-status]')
  if (label && words !== undefined) label.textContent = words
}
