import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express from 'express'

// A bare Express 5 JSON route (`bare`), or one that checks one ES256 signature a request on the main thread
// (`signature`): what a verdict by HTTP can be at best. Prints its port.

const mode = process.argv[2]
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const text = Buffer.from(createHash('sha256').update('a certificate').digest('base64url').repeat(30))
const signature = sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' })

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.use(express.json())
app.post('/', (_req, res) => {
  const ok =
    mode === 'bare' || verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
  res.json({ verdict: ok ? 'verified' : 'forged' })
})
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }))
})
