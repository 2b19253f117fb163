import { type Readable, Transform } from 'node:stream'
import type { Request, Response } from 'express'
import express from 'express'
import multer from 'multer'
import { AppError, messageOf } from '../kernel/errors.ts'
import type { Upload } from './route.ts'

const JSON_BYTES_MAX = 256 * 1024
const FORM_FIELDS_MAX = 20
const FIELD_BYTES_MAX = 64 * 1024
const JSON_DEPTH_MAX = 32

/** One parser a bound, and there are as many bounds as routes name. */
const jsonParsers = new Map<number, ReturnType<typeof express.json>>()

function jsonParser(bytesMax: number): ReturnType<typeof express.json> {
  const made = jsonParsers.get(bytesMax) ?? express.json({ limit: bytesMax, strict: false, type: () => true })
  jsonParsers.set(bytesMax, made)
  return made
}

/** Reads a JSON or URL-encoded form body; throws `request.malformed`, `request.too_large` or `request.unsupported_media_type`. */
export async function readBody(req: Request, res: Response, bytesMax = JSON_BYTES_MAX): Promise<unknown> {
  if (mediaTypeOf(req) === 'application/x-www-form-urlencoded') {
    await parse(express.urlencoded({ extended: false, limit: bytesMax, parameterLimit: 100 }), req, res)
    return req.body ?? {}
  }
  if (hasBody(req) && !isJson(req)) {
    throw new AppError('request.unsupported_media_type', 'send the body as application/json', {
      given: mediaTypeOf(req),
    })
  }
  await parse(jsonParser(bytesMax), req, res)
  requireShallow(req.body, 0)
  return req.body
}

/** The file of a request, raw or as the one file of a form; the caller reads the stream while it arrives. */
export function openUpload(req: Request, res: Response, bytesMax: number): Promise<Upload> {
  const declared = Number(req.headers['content-length'] ?? 0)
  if (declared > bytesMax) throw tooLarge(bytesMax)
  return mediaTypeOf(req) === 'multipart/form-data' ? openForm(req, res, bytesMax) : openRaw(req, bytesMax)
}

async function openRaw(req: Request, bytesMax: number): Promise<Upload> {
  if (!hasBody(req))
    throw new AppError(
      'request.malformed',
      'the body is empty: send the file as the body, or as the file of a form',
    )
  const name = /filename="([^"]{1,200})"/.exec(String(req.headers['content-disposition'] ?? ''))?.[1] ?? null
  return { stream: limited(req, bytesMax), mediaType: mediaTypeOf(req), fileName: name, fields: {} }
}

/** Hands the file's stream over as soon as it begins: fields before it in the form are known, later ones are not. */
function openForm(req: Request, res: Response, bytesMax: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const storage: multer.StorageEngine = {
      _handleFile(_req, file, done) {
        const stream = file.stream
        stream.once('end', () => done(null, {}))
        stream.once('error', (error) => done(error))
        stream.once('limit', () => stream.destroy(tooLarge(bytesMax)))
        const fields = Object.fromEntries(Object.entries({ ...req.body }).map(([k, v]) => [k, String(v)]))
        resolve({
          stream,
          mediaType: file.mimetype.toLowerCase(),
          fileName: file.originalname.slice(0, 200),
          fields,
        })
      },
      _removeFile: (_req, _file, done) => done(null),
    }
    const limits = {
      files: 1,
      fileSize: bytesMax,
      fields: FORM_FIELDS_MAX,
      fieldSize: FIELD_BYTES_MAX,
      parts: FORM_FIELDS_MAX + 1,
    }
    multer({ storage, limits }).single('file')(req, res, (error: unknown) => {
      if (error)
        reject(
          new AppError(
            'request.malformed',
            `the form could not be read: ${messageOf(error)}`,
            {},
            { cause: error },
          ),
        )
      else
        reject(
          new AppError('request.malformed', 'the form has no file in the field named file', {
            errors: [{ pointer: '/file', detail: 'missing' }],
          }),
        )
    })
  })
}

/** Passes the body on and counts; past the bound the reader gets the error and the rest is read away, so that an answer can be sent. */
function limited(req: Request, bytesMax: number): Readable {
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes <= bytesMax) return done(null, chunk)
      req.unpipe(counter)
      req.resume()
      done(tooLarge(bytesMax))
    },
  })
  req.once('error', (error) => counter.destroy(error))
  req.once('close', () => {
    if (!req.readableEnded)
      counter.destroy(new AppError('request.malformed', 'the upload was cut off before its end'))
  })
  return req.pipe(counter)
}

function parse(parser: ReturnType<typeof express.json>, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    parser(req, res, (error?: unknown) => (error ? reject(translate(error)) : resolve()))
  })
}

function translate(error: unknown): AppError {
  const type = (error as { type?: string }).type
  if (type === 'entity.too.large') return tooLarge((error as { limit?: number }).limit ?? 0, error)
  if (type === 'charset.unsupported' || type === 'encoding.unsupported') {
    return new AppError('request.unsupported_media_type', messageOf(error), {}, { cause: error })
  }
  return new AppError(
    'request.malformed',
    `the body could not be read: ${messageOf(error)}`,
    {},
    { cause: error },
  )
}

function tooLarge(bytesMax: number, cause?: unknown): AppError {
  return new AppError(
    'request.too_large',
    `the body is larger than ${bytesMax} bytes`,
    { bytesMax },
    { cause },
  )
}

function requireShallow(value: unknown, depth: number): void {
  if (value === null || typeof value !== 'object') return
  if (depth >= JSON_DEPTH_MAX)
    throw new AppError('request.malformed', `the JSON is nested deeper than ${JSON_DEPTH_MAX} levels`)
  for (const child of Object.values(value)) requireShallow(child, depth + 1)
}

export function mediaTypeOf(req: Request): string {
  return (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

function isJson(req: Request): boolean {
  return /^application\/([a-z0-9.+-]+\+)?json$/.test(mediaTypeOf(req))
}

function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}
