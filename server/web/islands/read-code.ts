/** Reads the first QR code of a picture. */
export type CodeReader = (picture: ImageBitmapSource & (HTMLVideoElement | Blob)) => Promise<string | null>

type Detector = { detect(picture: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]> }
type DetectorClass = {
  new (options: { formats: string[] }): Detector
  getSupportedFormats(): Promise<string[]>
}

const SIDE_PIXELS_MAX = 1280

/** The browser's own reader where it has one for QR codes, else zxing, loaded from this site. */
export async function openReader(wasmAddress: string): Promise<CodeReader> {
  const native = await nativeReader()
  return native ?? (await zxingReader(wasmAddress))
}

async function nativeReader(): Promise<CodeReader | null> {
  const Detector = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  if (!Detector) return null
  const formats: readonly string[] = await Detector.getSupportedFormats().catch(() => [])
  if (!formats.includes('qr_code')) return null
  const detector = new Detector({ formats: ['qr_code'] })
  return async (picture) => {
    const source = picture instanceof Blob ? await createImageBitmap(picture) : picture
    return (await detector.detect(source))[0]?.rawValue ?? null
  }
}

async function zxingReader(wasmAddress: string): Promise<CodeReader> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader')
  const locateFile = (): string => wasmAddress
  await prepareZXingModule({ overrides: { locateFile }, fireImmediately: true })
  const canvas = document.createElement('canvas')
  return async (picture) => {
    const source = picture instanceof Blob ? await createImageBitmap(picture) : picture
    const found = await readBarcodes(pixelsOf(source, canvas), {
      formats: ['QRCode'],
      tryHarder: picture instanceof Blob,
      maxNumberOfSymbols: 1,
    })
    return found[0]?.text ?? null
  }
}

function pixelsOf(source: HTMLVideoElement | ImageBitmap, canvas: HTMLCanvasElement): ImageData {
  const [width, height] =
    'videoWidth' in source ? [source.videoWidth, source.videoHeight] : [source.width, source.height]
  const scale = Math.min(1, SIDE_PIXELS_MAX / Math.max(width, height))
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new TypeError('this browser draws no pictures')
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
