/** The camera scanner. A code that was read is only ever handed to this site's own /check, which judges where it leads. */
import { type CodeReader, openReader } from './read-code.ts'

const LOOK_EVERY_MS = 120

const box = document.querySelector<HTMLElement>('[data-scan]')
if (box) start(box)

function start(box: HTMLElement): void {
  const button = part<HTMLButtonElement>(box, '[data-camera]')
  const photo = part<HTMLInputElement>(box, '[data-photo]')
  let reader: Promise<CodeReader> | null = null
  const read = (): Promise<CodeReader> => {
    reader ??= openReader(box.dataset['wasm'] ?? '')
    return reader
  }
  box.hidden = false
  button.addEventListener('click', () => void toggleCamera(box, read))
  photo.addEventListener('change', () => void readPhoto(box, photo, read))
}

async function readPhoto(
  box: HTMLElement,
  input: HTMLInputElement,
  open: () => Promise<CodeReader>,
): Promise<void> {
  const file = input.files?.[0]
  if (!file) return
  const read = await opened(box, open)
  if (!read) return
  const text = await read(file).catch(() => null)
  input.value = ''
  if (text === null) say(box, 'noCode')
  else follow(box, text)
}

let stream: MediaStream | null = null

async function toggleCamera(box: HTMLElement, open: () => Promise<CodeReader>): Promise<void> {
  if (stream) return stop(box)
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 } },
      audio: false,
    })
  } catch {
    say(box, 'noCamera')
    return
  }
  const video = part<HTMLVideoElement>(box, 'video')
  video.srcObject = stream
  show(box, true)
  await video.play()
  const read = await opened(box, open)
  if (read) await watch(box, video, read)
}

/** Looks at the picture again and again until a code is found or the camera is stopped. */
async function watch(box: HTMLElement, video: HTMLVideoElement, read: CodeReader): Promise<void> {
  say(box, 'looking')
  while (stream) {
    const text = video.readyState >= video.HAVE_CURRENT_DATA ? await read(video).catch(() => null) : null
    if (text !== null && stream) {
      stop(box)
      follow(box, text)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

async function opened(box: HTMLElement, open: () => Promise<CodeReader>): Promise<CodeReader | null> {
  say(box, 'loading')
  try {
    const reader = await open()
    say(box, null)
    return reader
  } catch {
    say(box, 'failed')
    return null
  }
}

function stop(box: HTMLElement): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
  stream = null
  show(box, false)
  say(box, null)
}

function show(box: HTMLElement, on: boolean): void {
  part(box, '.camera').hidden = !on
  const button = part<HTMLButtonElement>(box, '[data-camera]')
  button.textContent = (on ? box.dataset['stop'] : box.dataset['start']) ?? ''
}

function follow(box: HTMLElement, text: string): void {
  if (!/\/01\/\d{8,14}\//.test(text)) return say(box, 'notItem')
  say(box, 'found')
  const query = new URLSearchParams(location.search)
  query.set('code', text)
  location.assign(`/check?${query}`)
}

function say(box: HTMLElement, name: string | null): void {
  part(box, '[role=status]').textContent = name === null ? '' : (box.dataset[name] ?? '')
}

function part<T extends HTMLElement = HTMLElement>(box: HTMLElement, selector: string): T {
  const found = box.querySelector<T>(selector)
  if (!found) throw new TypeError(`the page has no ${selector}`)
  return found
}
