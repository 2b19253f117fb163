import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { isAppError } from '../../../server/kernel/errors.ts'
import { allowedAddresses, type Resolve } from '../../../server/webhooks/address-guard.ts'
import { createOutbound, isAllowed, requireDeliverable } from '../../../server/webhooks/index.ts'

const PUBLIC = { allowLoopback: false }
const DEVELOPMENT = { allowLoopback: true }

const INNER = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.127.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2001:0:1::1',
  '2001:db8::1',
  'fc00::1',
  'fd00::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '100::1',
]
const OUTER = [
  '8.8.8.8',
  '1.1.1.1',
  '93.184.216.34',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
]

const SPELLINGS = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://0x7f.1/',
  'https://127.0.0.1./',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://localhost/',
  'https://0/',
  'https://0.0.0.0/',
  'https://169.254.169.254/latest/meta-data',
  'https://[fd00:ec2::254]/',
  'https://１２７.０.０.１/',
  'https://①②⑦.⓪.⓪.①/',
  'https://user@93.184.216.34/',
  'https://user:secret@shop.example/',
  'http://shop.example/',
  'ftp://shop.example/',
  'file:///etc/passwd',
  'https://shop.example/#part',
  'https://',
  'shop.example',
  '',
  'javascript:alert(1)',
  'gopher://127.0.0.1/',
  'https://10.0.0.1:8443/hook',
  'https://[fe80::1%25eth0]/',
]

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('addresses that webhooks may go to', () => {
  it('are none inside a network, by any of their ranges', () => {
    expect(INNER.filter((address) => isAllowed(address, PUBLIC))).to.deep.equal([])
  })

  it('are those of the public network', () => {
    expect(OUTER.filter((address) => !isAllowed(address, PUBLIC))).to.deep.equal([])
  })

  it('include loopback in development only', () => {
    const loopback = INNER.filter((address) => isAllowed(address, DEVELOPMENT))
    expect(loopback).to.deep.equal(['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1'])
  })

  for (const url of SPELLINGS) {
    it(`are not named by ${JSON.stringify(url)}`, () => {
      expect(codeOf(() => requireDeliverable(url, PUBLIC))).to.equal('webhook.bad_url')
    })
  }

  it('may be named by an https URL, and by http on loopback in development', () => {
    expect(requireDeliverable('https://shop.example/hook?x=1', PUBLIC).href).to.equal(
      'https://shop.example/hook?x=1',
    )
    expect(requireDeliverable('http://127.0.0.1:8099/hook', DEVELOPMENT).port).to.equal('8099')
    expect(requireDeliverable('http://localhost:8099/hook', DEVELOPMENT).port).to.equal('8099')
    expect(codeOf(() => requireDeliverable('http://10.0.0.1/', DEVELOPMENT))).to.equal('webhook.bad_url')
  })

  it('are refused when one of a name’s addresses is inside', async () => {
    const mixed: Resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]
    const work = allowedAddresses('shop.example', PUBLIC, mixed)
    expect(await work.catch((error: unknown) => (isAppError(error) ? error.code : error))).to.equal(
      'outbound.address_not_allowed',
    )
    const none = allowedAddresses('shop.example', PUBLIC, async () => [])
    expect(await none.catch((error: unknown) => (isAppError(error) ? error.code : error))).to.equal(
      'outbound.address_not_allowed',
    )
  })
})

describe('the outbound client', () => {
  it('reaches no listener on loopback through names that change their mind', async () => {
    let reached = 0
    const canary = createServer((_req, res) => {
      reached += 1
      res.end()
    })
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
    const { port } = canary.address() as AddressInfo
    let asked = 0
    const rebinding: Resolve = async () => {
      asked += 1
      return [{ address: asked % 2 ? '127.0.0.1' : '::1', family: asked % 2 ? 4 : 6 }]
    }
    const outbound = createOutbound(PUBLIC, rebinding)
    try {
      for (let i = 0; i < 20; i++) {
        const call = outbound.post({
          url: `https://shop.example:${port}/`,
          headers: {},
          body: '{}',
          signal: new AbortController().signal,
        })
        const error = await call.then(
          () => null,
          (e: unknown) => e,
        )
        expect(
          isAppError(error, 'outbound.address_not_allowed') ||
            isAppError((error as Error).cause, 'outbound.address_not_allowed'),
          String(error),
        ).to.equal(true)
      }
      expect([asked, reached]).to.deep.equal([20, 0])
    } finally {
      await outbound.close()
      await new Promise((resolve) => canary.close(resolve))
    }
  })

  it('does not follow redirects and answers their status', async () => {
    let inner = 0
    const server = createServer((req, res) => {
      if (req.url === '/inner') inner += 1
      res.writeHead(307, { location: '/inner' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const outbound = createOutbound(DEVELOPMENT)
    try {
      const { port } = server.address() as AddressInfo
      const answer = await outbound.post({
        url: `http://127.0.0.1:${port}/`,
        headers: {},
        body: '{}',
        signal: new AbortController().signal,
      })
      expect([answer.status, inner]).to.deep.equal([307, 0])
    } finally {
      await outbound.close()
      await new Promise((resolve) => server.close(resolve))
    }
  })
})
