import { expect } from 'chai'
import { Transaction } from 'ethers'
import { addressOf } from '../../server/chain/chain-keys.ts'
import type { Head } from '../../server/chain/head.ts'
import { chainWriteOf, type Inclusion, type OutboxEntry, observed } from '../../server/chain/outbox-entry.ts'
import { bumpFees, gasLimitOf, signTransaction } from '../../server/chain/transactions.ts'
import { type Hex, hexOf } from '../../server/kernel/bytes.ts'

const hash = (n: number): Hex => hexOf(Buffer.alloc(32, n))
const included = (blockNumber: number, more: Partial<Inclusion> = {}): Inclusion => ({
  blockNumber,
  blockHash: hash(blockNumber),
  transactionHash: hash(200),
  gasUsed: 50_000,
  reverted: false,
  ...more,
})
const entry = (more: Partial<OutboxEntry>): OutboxEntry => ({
  id: 'anchor:1',
  status: 'submitted',
  version: 3,
  order: 1,
  contract: 'ItemRegistry',
  method: 'anchor',
  data: '0x',
  nonce: 4,
  attempts: [],
  sentAtMs: 10,
  inclusion: null,
  error: null,
  ...more,
})
const head = (finalNumber: number): Head => ({
  block: { chainId: 1, blockNumber: 50, blockHash: hash(50), timeUnix: 1 },
  parentHash: hash(49),
  finalNumber,
  baseFeePerGas: 1n,
})

/*
 * observed: entry × what the chain has × finality
 * ├── not in a block ── before: nothing changes · had been: sent again at once
 * ├── in a block ────── above finality: included · at or below: final · other block than before: moved
 * └── reverted ──────── above finality: stays submitted · at or below: failed
 */
describe('what an outbox entry becomes', () => {
  const was = included(40)
  const rows: {
    title: string
    before: Partial<OutboxEntry>
    found: Inclusion | null
    finalNumber: number
    after: string
  }[] = [
    { title: 'nothing new while it is in no block', before: {}, found: null, finalNumber: 50, after: 'same' },
    {
      title: 'included one block above finality',
      before: {},
      found: was,
      finalNumber: 39,
      after: 'included',
    },
    { title: 'final at the last final block', before: {}, found: was, finalNumber: 40, after: 'final' },
    {
      title: 'nothing new while included and not final',
      before: { status: 'included', inclusion: was },
      found: was,
      finalNumber: 39,
      after: 'same',
    },
    {
      title: 'final once finality reaches it',
      before: { status: 'included', inclusion: was },
      found: was,
      finalNumber: 40,
      after: 'final',
    },
    {
      title: 'submitted again when its block is gone',
      before: { status: 'included', inclusion: was },
      found: null,
      finalNumber: 39,
      after: 'submitted',
    },
    {
      title: 'submitted again when a final block is gone',
      before: { status: 'final', inclusion: was },
      found: null,
      finalNumber: 20,
      after: 'submitted',
    },
    {
      title: 'included when a final one moved up',
      before: { status: 'final', inclusion: was },
      found: included(45),
      finalNumber: 44,
      after: 'included',
    },
    {
      title: 'submitted while a revert is not final',
      before: {},
      found: included(40, { reverted: true }),
      finalNumber: 39,
      after: 'submitted',
    },
    {
      title: 'failed when a revert is final',
      before: {},
      found: included(40, { reverted: true }),
      finalNumber: 40,
      after: 'failed',
    },
    {
      title: 'submitted again when a failed one is gone',
      before: { status: 'failed', inclusion: was },
      found: null,
      finalNumber: 40,
      after: 'submitted',
    },
  ]
  for (const { title, before, found, finalNumber, after } of rows) {
    it(title, () => {
      const change = observed(entry(before), found, head(finalNumber))
      expect(change === null ? 'same' : change.status).to.equal(after)
      if (change !== null) expect(change.inclusion).to.deep.equal(found)
    })
  }

  it('asks to be sent at once when it was lost', () => {
    expect(observed(entry({ status: 'final', inclusion: was }), null, head(30))?.sentAtMs).to.equal(0)
  })

  it('tells the hash that is in the block, and the newest one before', () => {
    const attempt = {
      hash: hash(7),
      raw: '0x' as Hex,
      maxFeePerGas: '1',
      maxPriorityFeePerGas: '1',
      signedAtMs: 1,
    }
    expect(chainWriteOf(entry({ attempts: [attempt] })).transactionHash).to.equal(hash(7))
    expect(chainWriteOf(entry({ attempts: [attempt], inclusion: was })).transactionHash).to.equal(hash(200))
    expect(chainWriteOf(entry({ inclusion: was }))).to.include({ blockNumber: 40, gasUsed: 50_000 })
  })
})

describe('signed transactions', () => {
  const key = hash(0x11)
  const unsigned = {
    chainId: 31_337,
    nonce: 9,
    to: hexOf(Buffer.alloc(20, 5)),
    data: '0x1234' as Hex,
    gasLimit: 77_000n,
  }
  const fees = { maxFeePerGas: 1_000n, maxPriorityFeePerGas: 10n }

  it('say what was asked, signed by the key, under their hash', () => {
    const attempt = signTransaction(key, unsigned, { fees, nowMs: 5 })
    const read = Transaction.from(attempt.raw)
    expect(read.toJSON()).to.deep.include({
      type: 2,
      nonce: 9,
      data: '0x1234',
      chainId: '31337',
      maxFeePerGas: '1000',
    })
    expect(read.from?.toLowerCase()).to.equal(addressOf(key))
    expect(read.hash).to.equal(attempt.hash)
    expect(gasLimitOf(attempt)).to.equal(77_000n)
  })

  it('are the same bytes each time', () => {
    expect(signTransaction(key, unsigned, { fees, nowMs: 5 })).to.deep.equal(
      signTransaction(key, unsigned, { fees, nowMs: 5 }),
    )
  })

  it('are replaced with an eighth more, or with what is suggested when that is higher', () => {
    const before = signTransaction(key, unsigned, { fees, nowMs: 5 })
    expect(bumpFees(before, { maxFeePerGas: 1n, maxPriorityFeePerGas: 500n })).to.deep.equal({
      maxFeePerGas: 1_126n,
      maxPriorityFeePerGas: 500n,
    })
  })
})
