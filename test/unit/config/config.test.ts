import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readChainKeys, readConfig } from '../../../server/config/config.ts'
import { readMasterKey } from '../../../server/config/secrets.ts'

describe('config', () => {
  it('has defaults that start on one machine', () => {
    const config = readConfig({})
    expect(config.http).to.deep.include({ port: 8080, host: '127.0.0.1', publicUrl: 'http://localhost:8080' })
    expect(config.chain).to.deep.equal({
      rpcUrls: [],
      rpcQuorum: null,
      confirmations: 1,
      pollMs: 200,
      deploymentsDir: 'deployments',
      publicRpcUrls: [],
    })
    expect(config.db.uri).to.equal(null)
    expect(config.demo).to.equal(true)
  })

  it('lets the command line win over the environment', () => {
    const config = readConfig(
      { PORT: '1000', CACHET_DATA_DIR: 'a' },
      { port: '2000', data: 'b', demo: false },
    )
    expect(config).to.deep.include({ dataDir: 'b', demo: false })
    expect(config.http.port).to.equal(2000)
  })

  it('asks the node for finality where the chain is somebody else’s, unless told otherwise', () => {
    expect(readConfig({ CHAIN_RPC_URL: 'https://rpc.example' }).chain.confirmations).to.equal('finalized')
    expect(
      readConfig({ CHAIN_RPC_URL: 'https://rpc.example', CHAIN_CONFIRMATIONS: '12' }).chain.confirmations,
    ).to.equal(12)
  })

  it('takes several endpoints, and a quorum of more than half of them', () => {
    const read = (quorum: string, urls = 'https://a.example/, https://b.example/key,https://c.example') =>
      readConfig({ CHAIN_RPC_URL: urls, CHAIN_RPC_QUORUM: quorum }).chain
    const rpcUrls = ['https://a.example', 'https://b.example/key', 'https://c.example']
    expect(read('')).to.include({ rpcQuorum: null }).and.to.deep.include({ rpcUrls })
    expect([read('2').rpcQuorum, read('3').rpcQuorum]).to.deep.equal([2, 3])
    expect(() => read('1')).to.throw(/CHAIN_RPC_QUORUM: must be from 2 to 3/)
    expect(() => read('4')).to.throw(/CHAIN_RPC_QUORUM: must be from 2 to 3/)
    expect(() => read('', 'https://a.example,https://a.example')).to.throw(/names an endpoint twice/)
    expect(() => read('', 'https://a.example,')).to.throw(/CHAIN_RPC_URL/)
  })

  it('names every fault in one message', () => {
    const run = () => readConfig({ PORT: '99999', PUBLIC_URL: 'nonsense', MONGODB_URI: 'http://x' })
    expect(run)
      .to.throw(/PORT.*\n.*PUBLIC_URL.*\n.*MONGODB_URI/)
      .with.property('code', 'config.invalid')
  })

  it('takes no demonstration secret in production: all that is missing is listed', () => {
    const run = () => readConfig({ NODE_ENV: 'production', CHAIN_RPC_URL: 'https://rpc.example' })
    expect(run).to.throw(
      /PUBLIC_URL[\s\S]*CACHET_MASTER_KEY[\s\S]*CHAIN_DEPLOYER_KEY[\s\S]*CHAIN_RELAYER_KEY/,
    )
    const key = Buffer.alloc(32, 1).toString('base64url')
    const config = readConfig({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://id.example/',
      CACHET_MASTER_KEY: key,
    })
    expect(config).to.deep.include({ production: true, demo: false })
    expect(config.http.publicUrl).to.equal('https://id.example')
    expect(config.http.requestsPerMinute.public).to.be.greaterThan(0)
  })

  it('takes chain keys with and without 0x, and names a wrong one without showing it', () => {
    const key = 'ab'.repeat(32)
    expect(readChainKeys({ CHAIN_RELAYER_KEY: key }).relayerKey).to.equal(`0x${key}`)
    expect(() => readChainKeys({ CHAIN_DEPLOYER_KEY: 'secretword' }))
      .to.throw(/CHAIN_DEPLOYER_KEY/)
      .with.property('message')
      .that.does.not.include('secretword')
  })

  it('makes a master key once, readable by its owner only, and finds it again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cachet-config-'))
    try {
      const key = readMasterKey({}, folder, false)
      expect(key).to.have.length(32)
      expect(readMasterKey({}, folder, false).equals(key)).to.equal(true)
      expect(statSync(join(folder, 'master.key')).mode & 0o777).to.equal(0o600)
      expect(readFileSync(join(folder, 'master.key'), 'utf8').trim()).to.equal(key.toString('base64url'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses a master key of the wrong length, and none at all in production', () => {
    expect(() => readMasterKey({ CACHET_MASTER_KEY: 'short' }, '.', false)).to.throw(/32 bytes/)
    expect(() => readMasterKey({}, '.', true)).to.throw(/must be set/)
  })
})
