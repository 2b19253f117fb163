/** Builds what browsers load, from server/web into server/web/dist: islands, stylesheets, icon and the QR reader's wasm. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, transform } from 'esbuild'

const WEB = fileURLToPath(new URL('../server/web/', import.meta.url))
const ISLANDS = ['scan', 'upload', 'progress', 'recheck', 'owner']
const STYLESHEETS = ['styles.css', 'desk.css']
const READER_WASM = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')

type Made = { readonly source: string; readonly name: string; readonly bytes: Uint8Array }

/** Writes every file under a name that carries its content's hash, a gzip twin, and `manifest.json` from source to name. */
export async function buildWeb(out: string): Promise<void> {
  const made = [
    ...(await islands()),
    ...(await Promise.all(STYLESHEETS.map(stylesheet))),
    await copied(join(WEB, 'icon.svg')),
    await copied(READER_WASM),
  ]
  const fresh = `${out}.${process.pid}`
  await mkdir(fresh, { recursive: true })
  for (const { name, bytes } of made) {
    await writeFile(join(fresh, name), bytes)
    await writeFile(join(fresh, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
  const manifest = Object.fromEntries(made.map(({ source, name }) => [source, name]))
  await writeFile(join(fresh, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await rm(out, { recursive: true, force: true })
  await rename(fresh, out)
}

/** Shared parts become files of their own: the QR reader is loaded only where the browser has none. */
async function islands(): Promise<Made[]> {
  const { outputFiles, metafile } = await build({
    entryPoints: ISLANDS.map((name) => join(WEB, 'islands', `${name}.ts`)),
    outdir: '/assets',
    absWorkingDir: WEB,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    metafile: true,
    write: false,
    logLevel: 'warning',
    tsconfig: join(WEB, 'islands', 'tsconfig.json'),
  })
  const entries = new Map<string, string>()
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) entries.set(basename(file), basename(entryPoint).replace(/\.ts$/, '.js'))
  }
  return outputFiles.map(({ path, contents }) => {
    const name = basename(path)
    return { source: entries.get(name) ?? name, name, bytes: contents }
  })
}

async function stylesheet(name: string): Promise<Made> {
  const css = await readFile(join(WEB, name), 'utf8')
  const { code } = await transform(css, { loader: 'css', minify: true, target: 'es2022' })
  return hashed(name, Buffer.from(code))
}

async function copied(path: string): Promise<Made> {
  return hashed(basename(path), await readFile(path))
}

function hashed(source: string, bytes: Uint8Array): Made {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase()
  const ending = extname(source)
  return { source, name: `${basename(source, ending)}-${hash}${ending}`, bytes }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const out = process.argv[2] ?? join(WEB, 'dist')
  await mkdir(dirname(out), { recursive: true })
  await buildWeb(out)
}
