import { z } from 'zod'
import { type Caller, type Route, route } from '../../../http/route.ts'
import { digitalLinkPath } from '../../../kernel/gs1.ts'
import { itemKeyParams, parsedBy } from '../../../kernel/schemas.ts'
import { parseMasterKey, parseUid } from './chip-keys.ts'
import type { Tags } from './index.ts'
import type { TagActor } from './tags.service.ts'
import { encodingJson, encodingView, tagJson, tagView } from './tags.view.ts'

const REASON_CHARACTERS_MAX = 500
const PAGE = { usual: 50, most: 200 }
const FILE_BYTES_MAX = 1024 * 1024
const FILE_COST = 20

const uid = parsedBy(parseUid)
const reason = z.string().trim().min(1).max(REASON_CHARACTERS_MAX)
const mode = z.enum(['aes', 'lrp']).default('aes')
const seal = z.boolean().default(false)
const tagParams = z.object({ ...itemKeyParams.shape, uid })
const NO_ITEM = 'no such item of this brand'
const NO_TAG = 'no such chip on this item'

const bindBody = z.strictObject({ uid, mode, seal, reason, replaces: uid.optional() })
const fileBody = z.strictObject({
  csv: z
    .string()
    .min(1)
    .max(FILE_BYTES_MAX)
    .meta({ description: 'lines of uid, gtin, serial, with a header' }),
  mode,
  seal,
  reason,
})

export function tagRoutes(tags: Tags, { publicUrl }: { publicUrl: string }): Route[] {
  return [...listRoutes(tags), ...bindRoutes(tags), ...encodingRoutes(tags, publicUrl)]
}

function listRoutes({ service }: Tags): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/tags',
      audience: ['brand'],
      summary: 'The brand’s chips, newest binding first',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(PAGE.most).default(PAGE.usual),
        cursor: z.string().min(1).max(100).optional(),
        status: z.enum(['bound', 'removed']).optional(),
      }),
      responses: { 200: z.object({ data: z.array(tagJson), next: z.string().nullable() }) },
      run: async ({ query: { limit, cursor = null, status }, caller }) => {
        const { entries, next } = await service.list(caller.id, { limit, cursor, status })
        return { status: 200, json: { data: entries.map(tagView), next } }
      },
    }),
    route({
      method: 'get',
      path: '/v1/items/:gtin/:serial/tags',
      audience: ['brand'],
      summary: 'Chips that are or were on an item, with every change and who made it',
      params: itemKeyParams,
      responses: { 200: z.object({ data: z.array(tagJson) }), 404: NO_ITEM },
      run: async ({ params, caller }) => {
        const found = await service.ofItem(caller.id, params)
        return { status: 200, json: { data: found.map(tagView) } }
      },
    }),
  ]
}

function bindRoutes(tags: Tags): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/items/:gtin/:serial/tags',
      audience: ['brand'],
      summary: 'Bind a chip to an item, or replace the one it has; who, when and why is kept',
      params: itemKeyParams,
      body: bindBody,
      idempotent: true,
      responses: { 201: tagJson, 404: NO_ITEM, 409: 'the chip is bound to another item' },
      run: async ({ params, body, caller }) => {
        const { seal: hasSeal, reason: why, ...chip } = body
        const order = { ...chip, hasSeal, key: params, ...actor(caller, why) }
        return { status: 201, json: tagView(await tags.service.bind(order)) }
      },
    }),
    route({
      method: 'post',
      path: '/v1/items/:gtin/:serial/tags/:uid/removals',
      audience: ['brand'],
      summary: 'Take a chip off an item: its messages prove nothing of it any more',
      params: tagParams,
      body: z.strictObject({ reason }),
      idempotent: true,
      responses: { 200: tagJson, 404: NO_TAG },
      run: async ({ params, body, caller }) => {
        const ref = { key: { gtin: params.gtin, serial: params.serial }, uid: params.uid }
        const removed = await tags.service.remove({ ...ref, ...actor(caller, body.reason) })
        return { status: 200, json: tagView(removed) }
      },
    }),
    route({
      method: 'post',
      path: '/v1/tags',
      audience: ['brand'],
      summary: 'Bind the chips of a CSV (uid, gtin, serial): all of them, or none where a line is wrong',
      body: fileBody,
      bodyBytesMax: 2 * FILE_BYTES_MAX,
      cost: FILE_COST,
      idempotent: true,
      responses: {
        200: z.strictObject({ bound: z.int() }),
        422: 'lines are wrong: `errors` lists line, field, code and message of each',
      },
      run: async ({ body, caller }) => {
        const { csv, seal: hasSeal, reason: why, ...order } = body
        const done = await tags.bindFile({ text: csv, hasSeal, ...order, ...actor(caller, why) })
        return { status: 200, json: done }
      },
    }),
  ]
}

function encodingRoutes({ service, keys }: Tags, publicUrl: string): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/items/:gtin/:serial/tags/:uid/encodings',
      audience: ['brand'],
      summary: 'What to write to a chip, keys included; only until its first tap, and each time is kept',
      params: tagParams,
      body: z.strictObject({ reason }),
      responses: { 200: encodingJson, 404: NO_TAG, 410: 'the chip is in use: its keys stay here' },
      run: async ({ params, body, caller }) => {
        const key = { gtin: params.gtin, serial: params.serial }
        const link = `${publicUrl}${digitalLinkPath(key)}`
        const order = { key, uid: params.uid, link, ...actor(caller, body.reason) }
        const json = encodingView(await service.encoding(order))
        return { status: 200, json, headers: { 'Cache-Control': 'no-store' } }
      },
    }),
    route({
      method: 'post',
      path: '/v1/tag-keys',
      audience: ['brand'],
      summary: 'Bring a master key for chips written elsewhere; chips bound from now on use it',
      body: z.strictObject({ master: parsedBy(parseMasterKey) }),
      idempotent: true,
      responses: { 201: z.strictObject({ keySet: z.string() }), 400: 'not 16 bytes, or no secret' },
      run: async ({ body, caller }) => {
        const { id } = await keys.bring(caller.id, body.master, `brand:${caller.id}`)
        return { status: 201, json: { keySet: id } }
      },
    }),
  ]
}

/** A brand's account acts as itself: its id is what is kept of who it was. */
function actor({ id }: Caller, reason: string): TagActor {
  return { brandId: id, by: `brand:${id}`, reason }
}
