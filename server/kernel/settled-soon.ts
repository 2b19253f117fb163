import type { ChainWrite, ChainWriter } from './chain-facts.ts'

/** Waits a moment for a write, so that most answers already say `included` or `final`; else gives it as it stands. */
export async function settledSoon(writer: ChainWriter, id: string, waitMs: number): Promise<ChainWrite> {
  try {
    return await writer.settled(id, waitMs)
  } catch (error) {
    const write = await writer.find(id)
    if (write) return write
    throw error
  }
}
