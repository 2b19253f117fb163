import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { z } from 'zod'
import { type Route, route } from '../http/route.ts'
import { sha256 } from '../kernel/digest.ts'
import { AppError } from '../kernel/errors.ts'
import type { AssetUrls } from './context.ts'

/** A file for browsers, plain and compressed, with its tag. */
export type Asset = {
  readonly type: string
  readonly bytes: Uint8Array
  readonly gzip: Uint8Array
  readonly etag: string
}

/** The built files: where pages find them, and their content by name. */
export type Assets = AssetUrls & { find(name: string): Asset | null }

export const ASSETS_FOLDER = join(import.meta.dirname, 'dist')

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}
const manifestSchema = z.record(z.string(), z.string())

/** Reads what `scripts/build-web.ts` made; a few files that stay in memory. Throws `web.unavailable` where they are not built. */
export function loadAssets(folder: string = ASSETS_FOLDER): Assets {
  const manifest = readManifest(folder)
  const files = new Map<string, Asset>()
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const bytes = readFileSync(join(folder, name))
    const etag = `"${sha256(bytes).toString('base64url').slice(0, 22)}"`
    files.set(name, { type, bytes, gzip: readFileSync(join(folder, `${name}.gz`)), etag })
  }
  return {
    find: (name) => files.get(name) ?? null,
    url(name) {
      const built = manifest[name]
      if (built === undefined) throw new TypeError(`no built file for ${name}`)
      return `/assets/${built}`
    },
  }
}

function readManifest(folder: string): Record<string, string> {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')))
  } catch (cause) {
    throw new AppError(
      'web.unavailable',
      'the files for browsers are not built: run node scripts/build-web.ts',
      { folder },
      { cause },
    )
  }
}

/** Names carry a hash of the content, so an answer never changes and may be kept for a year. */
const FOREVER = 'public, max-age=31536000, immutable'

export function assetRoutes(assets: Assets): Route[] {
  return [
    route({
      method: 'get',
      path: '/assets/:name',
      audience: 'public',
      summary: 'A stylesheet, script or picture of the pages',
      documented: false,
      cost: 0,
      params: z.object({ name: z.string().max(100) }),
      responses: { 200: 'the file', 304: 'unchanged' },
      run: async ({ params, request }) => {
        const asset = assets.find(params.name)
        if (!asset) throw new AppError('asset.not_found', 'there is no such file')
        const headers = {
          'Cache-Control': FOREVER,
          ETag: asset.etag,
          Vary: 'Accept-Encoding',
          'X-Content-Type-Options': 'nosniff',
        }
        if (request.header('if-none-match') === asset.etag) return { status: 304, headers }
        const small = /\bgzip\b/.test(request.header('accept-encoding') ?? '')
        if (!small) return { status: 200, type: asset.type, bytes: asset.bytes, headers }
        return {
          status: 200,
          type: asset.type,
          bytes: asset.gzip,
          headers: { ...headers, 'Content-Encoding': 'gzip' },
        }
      },
    }),
  ]
}
