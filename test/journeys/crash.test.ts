import { randomInt } from 'node:crypto'
import { expect } from 'chai'
import { pause } from '../../server/kernel/clock.ts'
import { type Killable, killableService } from '../support/killable.ts'
import { eventually } from '../support/service.ts'
import { type TempDir, tempDir } from '../support/temp-dir.ts'

/*
 * 30 registrations, each sent until it is acknowledged, under its own Idempotency-Key.
 * Meanwhile the gateway (and the store in it) or the chain is killed at random moments.
 * In the end: every acknowledged batch is anchored under the id it was acknowledged with, every item once.
 */
const REGISTRATIONS = 30
const ITEMS_EACH = 20
const KILL_AFTER_MS_MAX = 400
const ATTEMPTS_MAX = 40

type Batch = {
  id: string
  status: string
  total: number
  root: string | null
  transactionHash: string | null
}

describe('registrations while gateway, store and chain are killed', function () {
  this.timeout(600_000)
  let folder: TempDir
  let service: Killable
  const kills = { gateway: 0, chain: 0 }

  before(async () => {
    folder = await tempDir()
    service = await killableService(folder.path)
    await service.start()
  })
  after(async () => {
    await service.stop()
    await folder.remove()
  })

  const serial = (batch: number, item: number) =>
    `CRASH${String(batch).padStart(3, '0')}X${String(item).padStart(4, '0')}`
  const fileOf = (batch: number) => {
    const rows = Array.from(
      { length: ITEMS_EACH },
      (_, i) => `09521234001157,${serial(batch, i)},Parfum N° 12`,
    )
    return `gtin,serial,model\n${rows.join('\n')}\n`
  }
  const headers = () => ({ authorization: `Bearer ${service.apiKey('brands')}` })

  /** Null when the service went away before it answered. */
  const send = async (batch: number): Promise<Batch | null> => {
    try {
      const reply = await fetch(`${service.url}/v1/batches`, {
        method: 'POST',
        headers: { ...headers(), 'content-type': 'text/csv', 'idempotency-key': `crash-${batch}` },
        body: fileOf(batch),
      })
      const text = await reply.text()
      if (reply.status >= 500) return null
      expect(reply.status, text).to.equal(202)
      return JSON.parse(text) as Batch
    } catch (error) {
      if (error instanceof TypeError) return null
      throw error
    }
  }

  /** One of three: let it live, kill the gateway and start it again, or kill the chain under it. */
  const disturb = async (): Promise<void> => {
    const choice = randomInt(3)
    if (choice === 0) return
    await pause(randomInt(KILL_AFTER_MS_MAX))
    if (choice === 1) {
      kills.gateway += 1
      await service.killGateway()
      await service.start()
    } else {
      kills.chain += 1
      service.killChain()
    }
  }

  const register = async (batch: number): Promise<string> => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const [answer] = await Promise.all([send(batch), attempt < 3 ? disturb() : Promise.resolve()])
      if (answer) return answer.id
      await pause(100)
    }
    throw new Error(`registration ${batch} was never acknowledged`)
  }

  const listAll = async (): Promise<Batch[]> => {
    const reply = await fetch(`${service.url}/v1/batches?limit=200`, { headers: headers() })
    return ((await reply.json()) as { data: Batch[] }).data
  }

  it('loses nothing that was acknowledged and registers nothing twice', async () => {
    const acknowledged: string[] = []
    for (let batch = 0; batch < REGISTRATIONS; batch++) acknowledged.push(await register(batch))
    const isDone = (batches: readonly Batch[]) =>
      acknowledged.every((id) => batches.find((b) => b.id === id)?.status === 'anchored')
    const batches = await eventually(
      'all batches anchored',
      async () => {
        const all = await listAll()
        return isDone(all) && all
      },
      120_000,
    )
    const ours = batches.filter((batch) => acknowledged.includes(batch.id))
    console.log(`      ${kills.gateway} kills of the gateway, ${kills.chain} of the chain`)
    expect(new Set(acknowledged).size).to.equal(REGISTRATIONS)
    expect(batches.filter((batch) => batch.total === ITEMS_EACH)).to.have.length(REGISTRATIONS)
    expect(new Set(ours.map((batch) => batch.root)).size).to.equal(REGISTRATIONS)
  })

  it('verifies every item of every batch at one block in the end', async () => {
    const key = service.apiKey('marketplaces')
    const entries = Array.from({ length: REGISTRATIONS * ITEMS_EACH }, (_, i) => ({
      gtin: '09521234001157',
      serial: serial(Math.floor(i / ITEMS_EACH), i % ITEMS_EACH),
    }))
    const verdicts = await eventually(
      'every item verified',
      async () => {
        const reply = await fetch(`${service.url}/v1/verifications/batch`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ entries }),
        })
        const { results } = (await reply.json()) as {
          results: { verdict: string; chain: { blockNumber: number } }[]
        }
        return results.every((result) => result.verdict === 'verified') && results
      },
      60_000,
    )
    expect(verdicts).to.have.length(REGISTRATIONS * ITEMS_EACH)
    expect(new Set(verdicts.map((verdict) => verdict.chain.blockNumber)).size).to.equal(1)
  })
})
