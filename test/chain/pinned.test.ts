import { expect } from 'chai'
import { callAt } from '../../server/chain/pinned.ts'
import { createRpc, type Rpc } from '../../server/chain/rpc.ts'
import type { Hex } from '../../server/kernel/bytes.ts'
import { silentLog } from '../../server/kernel/log.ts'
import { type FakeNode, fakeNode } from './fake-node.ts'
import { rejection } from './support.ts'

const TO: Hex = `0x${'11'.repeat(20)}`
const hash = (number: number, fork = '0'): Hex => `0x${fork}${number.toString(16).padStart(63, '0')}`

/*
 * a call at block 16
 * ├── nothing changes ─────────────── answered at once
 * ├── a block comes meanwhile ─────── called again
 * ├── reorganised away meanwhile ──── refused
 * └── another block after each call ─ no answer
 */
describe('calls at one block', () => {
  let node: FakeNode
  let rpc: Rpc
  /** The blocks on the chain, oldest first; `state` is what calls answer, whichever block they name. */
  let chain: { number: number; hash: Hex }[]
  let calls: number

  beforeEach(async () => {
    node = await fakeNode()
    rpc = createRpc({ url: node.url, chainId: 1, log: silentLog })
    chain = [{ number: 16, hash: hash(16) }]
    calls = 0
    node.says['eth_getBlockByNumber'] = ([which]) => {
      const found =
        which === 'latest' ? chain.at(-1) : chain.find(({ number }) => number === Number(which as string))
      return found === undefined ? null : { ...found, number: `0x${found.number.toString(16)}` }
    }
  })

  afterEach(async () => {
    await rpc.close()
    node.close()
  })

  const answerBy = (during: (call: number) => void): void => {
    node.says['eth_call'] = () => {
      calls += 1
      during(calls)
      return `0x${chain.at(-1)?.number.toString(16)}`
    }
  }
  const read = () => callAt(rpc, { blockNumber: 16, blockHash: hash(16) }, [{ to: TO, data: '0x' }])
  const add = (number: number): void => void chain.push({ number, hash: hash(number) })

  it('are made once where nothing changes, by the hash of the block and only while it is on the chain', async () => {
    answerBy(() => undefined)
    expect(await read()).to.deep.equal(['0x10'])
    const sent = node.requests.flat().filter(({ method }) => method === 'eth_call')
    expect(sent.map(({ params }) => params)).to.deep.equal([
      [
        { to: TO, data: '0x' },
        { blockHash: hash(16), requireCanonical: true },
      ],
    ])
  })

  it('are made again when a block comes meanwhile, since the node may have answered from that', async () => {
    answerBy((call) => call === 1 && add(17))
    await read()
    expect(calls).to.equal(2)
  })

  it('are refused when the block was reorganised away meanwhile', async () => {
    answerBy(() => {
      chain = [{ number: 16, hash: hash(16, 'f') }]
    })
    const error = await rejection(read())
    expect(error.code).to.equal('chain.rejected')
    expect(error.data).to.deep.equal({ blockNumber: 16, blockHash: hash(16) })
  })

  it('have no answer where another block follows after each of four calls', async () => {
    answerBy((call) => {
      chain = [
        { number: 16, hash: hash(16) },
        { number: 17, hash: hash(17, String(call)) },
      ]
    })
    expect(await rejection(read())).to.include({ code: 'chain.unreachable' })
    expect(calls).to.equal(4)
  })
})
