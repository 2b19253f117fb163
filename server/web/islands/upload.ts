/** Makes the upload form a place to drop a file on, and shows that sending has begun. */
const form = document.querySelector<HTMLFormElement>('form[data-upload]')
const input = form?.querySelector<HTMLInputElement>('input[type=file]')
const zone = form?.querySelector<HTMLElement>('.drop')
if (form && input && zone) {
  acceptDrops(zone, input)
  form.addEventListener('submit', () => busy(form))
}

function acceptDrops(zone: HTMLElement, input: HTMLInputElement): void {
  const mark = (over: boolean) => zone.classList.toggle('over-it', over)
  zone.addEventListener('dragover', (event) => {
    event.preventDefault()
    mark(true)
  })
  zone.addEventListener('dragleave', () => mark(false))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    mark(false)
    const files = event.dataTransfer?.files
    if (files?.length === 1) input.files = files
    input.focus()
  })
}

function busy(form: HTMLFormElement): void {
  const button = form.querySelector('button')
  if (button) button.disabled = true
  const note = form.querySelector<HTMLElement>('[data-busy]')
  if (note) note.hidden = false
}
