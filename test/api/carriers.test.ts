import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, importJWK } from 'jose'
import { demoItem, WITHDRAWN } from '../../server/demo/items.ts'
import { digitalLinkPath } from '../../server/kernel/gs1.ts'
import { eventually, startService, type TestService } from '../support/service.ts'
import { type TempDir, tempDir } from '../support/temp-dir.ts'

/*
 * An item's own address             HTML · JSON · linkset · certificate, by Accept; linkType redirects within the origin
 * not registered                    verdict with 200, linkset and certificate with 404
 * QR and labels                     every symbol decodes to the item's address
 * DID, JWKS, status list, receipt   what others need to check without us
 */
describe('what carries an item, and what proves it', () => {
  let service: TestService
  let folder: TempDir
  const item = demoItem('Sac Émeraude 28')
  const path = digitalLinkPath(item)
  const unknown = '/01/09521234001003/21/NOTTHERE'

  before(async function () {
    this.timeout(120_000)
    service = await startService()
    folder = await tempDir()
  })
  after(async () => {
    await service.close()
    await folder.remove()
    expect(service.errors).to.deep.equal([])
  })

  const get = (at: string, accept: string, headers: Record<string, string> = {}) =>
    fetch(service.url + at, { headers: { accept, ...headers }, redirect: 'manual' })
  const brandKey = () => service.credentials.brands[0]?.apiKey ?? ''

  it('answers an item’s address by Accept', async () => {
    const page = await get(path, 'text/html')
    expect(page.headers.get('content-type')).to.include('text/html')
    expect(await page.text()).to.include('Sac Émeraude 28')
    const verdict = (await (await get(path, 'application/json')).json()) as {
      verdict: string
      assurance: string
    }
    expect(verdict).to.include({ verdict: 'verified', assurance: 'label' })
    const linkset = (await (await get(path, 'application/linkset+json')).json()) as {
      linkset: { anchor: string }[]
    }
    expect(linkset.linkset[0]?.anchor).to.equal(service.config.http.publicUrl + path)
    const certificate = await get(path, 'application/vc+jwt')
    expect(certificate.headers.get('content-type')).to.equal('application/vc+jwt')
    expect((await certificate.text()).split('.')).to.have.length(3)
  })

  it('answers 200 with not_registered for what it does not know, and 404 for its certificate and links', async () => {
    const verdict = await get(unknown, 'application/json')
    expect(verdict.status).to.equal(200)
    expect(((await verdict.json()) as { verdict: string }).verdict).to.equal('not_registered')
    expect((await get(unknown, 'application/linkset+json')).status).to.equal(404)
    expect((await get(unknown, 'application/vc+jwt')).status).to.equal(404)
    expect((await get(`${unknown}/qr.svg`, 'image/svg+xml')).status).to.equal(404)
  })

  it('redirects by link type within its own origin, and knows no other type', async () => {
    const reply = await get(`${path}?linkType=gs1:certificationInfo`, 'text/html')
    expect(reply.status).to.equal(307)
    expect(reply.headers.get('location')).to.equal(`${path}/certificate`)
    expect((await get(`${path}?linkType=linkset`, 'text/html')).headers.get('content-type')).to.equal(
      'application/linkset+json',
    )
    expect((await get(`${path}?linkType=https://evil.example/x`, 'text/html')).status).to.equal(404)
  })

  it('draws QR codes that decode to the item’s address', async () => {
    const png = join(folder.path, 'code.png')
    writeFileSync(png, Buffer.from(await (await get(`${path}/qr.png?size=400`, 'image/png')).arrayBuffer()))
    const decoded = execFileSync('zbarimg', ['-q', '--raw', png], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    expect(decoded.trim()).to.equal(service.config.http.publicUrl + path)
    const svg = await (await get(`${path}/qr.svg`, 'image/svg+xml')).text()
    expect(svg)
      .to.match(/^<svg [^>]*role="img"/)
      .and.to.include(`<title>${service.config.http.publicUrl}${path}</title>`)
    expect((await get(`${path}/qr.png?size=9999`, 'image/png')).status).to.equal(400)
  })

  it('prints label sheets on which every code decodes to its item', async function () {
    this.timeout(120_000)
    const headers = { authorization: `Bearer ${brandKey()}` }
    const batches = (await (await get('/v1/batches', 'application/json', headers)).json()) as {
      data: { id: string; total: number }[]
    }
    const batch = batches.data[0]
    const pdf = await get(`/v1/batches/${batch?.id}/labels.pdf`, 'application/pdf', headers)
    expect(pdf.headers.get('content-type')).to.equal('application/pdf')
    writeFileSync(join(folder.path, 'labels.pdf'), Buffer.from(await pdf.arrayBuffer()))
    execFileSync('pdftoppm', [
      '-r',
      '300',
      '-gray',
      '-png',
      join(folder.path, 'labels.pdf'),
      join(folder.path, 'page'),
    ])
    const pages = readdirSync(folder.path).filter((name) => name.startsWith('page'))
    const decoded = execFileSync(
      'zbarimg',
      ['-q', '--raw', ...pages.map((page) => join(folder.path, page))],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const lines = (
      await (await get(`/v1/batches/${batch?.id}/items.ndjson`, 'application/x-ndjson', headers)).text()
    )
      .trim()
      .split('\n')
    const urls = lines.map((line) => (JSON.parse(line) as { url: string }).url)
    expect(urls).to.have.length(batch?.total ?? 0)
    expect([...new Set(decoded.trim().split('\n'))].sort()).to.deep.equal(urls.sort())
  })

  it('refuses labels of a range larger than a file may have, and stocks it has not', async () => {
    const headers = { authorization: `Bearer ${brandKey()}` }
    const { data } = (await (await get('/v1/batches', 'application/json', headers)).json()) as {
      data: { id: string }[]
    }
    const at = `/v1/batches/${data[0]?.id}/labels.pdf`
    expect((await get(`${at}?count=10001`, 'application/pdf', headers)).status).to.equal(400)
    expect((await get(`${at}?stock=napkin`, 'application/pdf', headers)).status).to.equal(400)
    const market = { authorization: `Bearer ${service.credentials.marketplaces[0]?.apiKey}` }
    expect((await get(at, 'application/pdf', market)).status).to.equal(403)
  })

  it('publishes the brand’s keys as did:web, by host and by name, and the certificate verifies with them', async () => {
    const did = (await (await get('/brands/maison-exemple.com/did.json', 'application/did+json')).json()) as {
      id: string
      verificationMethod: { id: string; publicKeyJwk: Record<string, string> }[]
    }
    expect(did.id).to.equal('did:web:maison-exemple.com')
    const certificate = await (await get(`${path}/certificate`, 'application/vc+jwt')).text()
    const { kid } = decodeProtectedHeader(certificate)
    const method = did.verificationMethod.find((m) => m.id === `did:web:maison-exemple.com#${kid}`)
    const key = await importJWK({ ...method?.publicKeyJwk, kty: 'EC' }, 'ES256')
    const { payload } = await compactVerify(certificate, key, { algorithms: ['ES256'] })
    expect(JSON.parse(Buffer.from(payload).toString())).to.have.nested.property(
      'credentialSubject.product.name',
      'Sac Émeraude 28',
    )
    expect((await get('/.well-known/did.json', 'application/json')).status).to.equal(404)
    expect((await get('/brands/nobody.example/did.json', 'application/json')).status).to.equal(404)
  })

  it('signs receipts that the published key set verifies', async () => {
    const verdict = (await (await get(path, 'application/json')).json()) as {
      id: string
      receipt: string
      verdict: string
    }
    const jwks = (await (await get('/.well-known/jwks.json', 'application/json')).json()) as Parameters<
      typeof createLocalJWKSet
    >[0]
    const { payload, protectedHeader } = await compactVerify(verdict.receipt, createLocalJWKSet(jwks), {
      algorithms: ['ES256'],
    })
    expect(protectedHeader.typ).to.equal('verdict-receipt+jwt')
    expect(JSON.parse(Buffer.from(payload).toString())).to.include({ id: verdict.id, verdict: 'verified' })
    expect(() =>
      createPublicKey({ key: jwks.keys[0] as Record<string, string>, format: 'jwk' }),
    ).not.to.throw()
  })

  it('sets the bit of a revoked item in the status list of its batch, and of no other item', async function () {
    this.timeout(60_000)
    const entryOf = async (key: typeof item) => {
      const jws = await (await get(`${digitalLinkPath(key)}/certificate`, 'application/vc+jwt')).text()
      const payload = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
        credentialStatus: { statusListIndex: string; statusListCredential: string }
      }
      return payload.credentialStatus
    }
    const revoked = await entryOf(WITHDRAWN.revoked)
    const listPath = new URL(revoked.statusListCredential).pathname
    const bits = await eventually('the revocation in the status list', async () => {
      const list = (await (await get(listPath, 'application/json')).json()) as {
        credentialSubject: { encodedList: string }
      }
      const bytes = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), 'base64url'))
      return bitsSet(bytes).length > 0 && bytes
    })
    expect(bits.length * 8).to.equal(131_072)
    expect(bitsSet(bits)).to.deep.equal([Number(revoked.statusListIndex)])
    const signed = await (await get(listPath, 'application/vc+jwt')).text()
    expect(decodeProtectedHeader(signed)).to.include({ alg: 'ES256', typ: 'vc+jwt' })
    expect((await get('/status/bat_00000000000000000000000000', 'application/json')).status).to.equal(404)
  })
})

/** Indexes of the bits that are set; index 0 is the left-most (Bitstring Status List, section 3.1). */
function bitsSet(bytes: Buffer): number[] {
  return [...bytes].flatMap((byte, i) =>
    [...Array(8).keys()].filter((bit) => byte & (0x80 >> bit)).map((bit) => i * 8 + bit),
  )
}
