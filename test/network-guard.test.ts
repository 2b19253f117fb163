import { once } from 'node:events'
import { connect, createServer, type LookupFunction, type Server, type Socket } from 'node:net'
import { expect } from 'chai'
import { isLoopback } from './support/network-guard.ts'

const answering =
  (address: string): LookupFunction =>
  (_host, _options, callback) =>
    callback(null, [{ address, family: 4 }])

async function outcome(socket: Socket): Promise<string> {
  try {
    await once(socket, 'connect')
    return 'connected'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  } finally {
    socket.destroy()
  }
}

describe('network guard', () => {
  let server: Server
  let port = 0

  before(async () => {
    server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  after(() => server.close())

  it('knows this machine by address and by name', () => {
    const here = [
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '[::1]',
      '::ffff:127.0.0.1',
      'localhost',
      'brand.localhost',
    ]
    const elsewhere = ['10.0.0.1', '0.0.0.0', '192.0.2.1', '::2', 'example.com', 'localhost.example.com']
    expect(here.filter(isLoopback)).to.deep.equal(here)
    expect(elsewhere.filter(isLoopback)).to.deep.equal([])
  })

  it('lets tests talk to this machine', async () => {
    expect(await outcome(connect(port, '127.0.0.1'))).to.equal('connected')
    expect(await outcome(connect({ port, host: 'localhost' }))).to.equal('connected')
  })

  it('denies other addresses and names, whichever way they are given', async () => {
    expect(await outcome(connect(port, '192.0.2.1'))).to.equal('ENETDENIED')
    expect(await outcome(connect({ port, host: '2001:db8::1' }))).to.equal('ENETDENIED')
    expect(await outcome(connect({ port, host: 'example.com' }))).to.equal('ENETDENIED')
  })

  it('denies fetch to another machine', async () => {
    const error = await fetch(`http://192.0.2.1:${port}/`).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(TypeError)
    expect((error as TypeError).cause).to.include({ code: 'ENETDENIED' })
  })

  it('follows a lookup of the caller only to this machine', async () => {
    const host = 'receiver.example'
    const to = (address: string) => connect({ port, host, lookup: answering(address) })
    expect(await outcome(to('127.0.0.1'))).to.equal('connected')
    expect(await outcome(to('192.0.2.1'))).to.equal('ENETDENIED')
  })
})
