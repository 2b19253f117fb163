import type { Connection } from 'mongoose'
import { bufferOf } from '../../kernel/bytes.ts'
import { merklePageModel } from './merkle-page.model.ts'
import type { PageStore } from './ports.ts'

const PAGES_A_WRITE = 200

export function merklePageStore(db: Connection): PageStore {
  const model = merklePageModel(db)
  return {
    async put(batchId, pages) {
      for (let i = 0; i < pages.length; i += PAGES_A_WRITE) {
        const writes = pages.slice(i, i + PAGES_A_WRITE).map(({ page, nodes }) => ({
          replaceOne: {
            filter: { _id: `${batchId}:${page}` },
            replacement: { nodes: Buffer.from(nodes) },
            upsert: true,
          },
        }))
        await model.bulkWrite(writes)
      }
    },
    async find(batchId, page) {
      const found = await model.findById(`${batchId}:${page}`).lean()
      return found && bufferOf(found.nodes)
    },
  }
}
