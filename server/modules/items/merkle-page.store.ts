import { type Connection, trusted } from 'mongoose'
import { bufferOf } from '../../kernel/bytes.ts'
import { type MerklePageDocument, merklePageModel } from './merkle-page.model.ts'
import type { PageStore } from './ports.ts'

const PAGES_A_WRITE = 200

export function merklePageStore(db: Connection): PageStore {
  const model = merklePageModel(db)
  return {
    async put(batchId, pages) {
      await model.deleteMany({ _id: trusted({ $gte: `${batchId}:`, $lt: `${batchId};` }) })
      for (let i = 0; i < pages.length; i += PAGES_A_WRITE) {
        const documents = pages.slice(i, i + PAGES_A_WRITE).map(({ page, nodes }): MerklePageDocument => {
          return { _id: `${batchId}:${page}`, nodes: Buffer.from(nodes) }
        })
        await model.collection.insertMany(documents as never[])
      }
    },
    async find(batchId, page) {
      const found = await model.findById(`${batchId}:${page}`).lean()
      return found && bufferOf(found.nodes)
    },
  }
}
