import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { id, JsonRpcProvider, Wallet } from 'ethers'
import express from 'express'

// tt-verify behind a bare Express route: `node tt-verify.ts FOLDER RPC_URL`, with the package installed in FOLDER.
// Checks of a document: its digest, issued and not revoked on a document store. Prints its port.
//
// The store answers `isIssued` with true and `isRevoked` with false from its code, without reading any state, which
// favours the peer: 9.7.2 cannot encode the reads of the batchable store that it ships (digests without 0x).

type Document = { readonly signature: { readonly merkleRoot: string } }
type TtVerify = {
  verificationBuilder(verifiers: unknown[], options: object): (document: Document) => Promise<unknown>
  isValid(fragments: unknown, types: string[]): boolean
  readonly openAttestationHash: unknown
  readonly openAttestationEthereumDocumentStoreStatus: unknown
}

const DOCUMENTS = 100
const CHECKS = ['DOCUMENT_INTEGRITY', 'DOCUMENT_STATUS']

const [folder = '', rpcUrl = ''] = process.argv.slice(2)
const load = createRequire(join(folder, 'package.json'))
const tt = load('@tradetrust-tt/tt-verify') as TtVerify
const { wrapDocument } = load('@tradetrust-tt/tradetrust') as { wrapDocument(raw: object): Document }

const provider = new JsonRpcProvider(rpcUrl, 31337, { staticNetwork: true })
const store = await deployStore()
const documents = Array.from({ length: DOCUMENTS }, (_, i) => documentOf(i))
const verifiers = [tt.openAttestationHash, tt.openAttestationEthereumDocumentStoreStatus]
const verify = tt.verificationBuilder(verifiers, { provider })
let turn = 0

const app = express()
app.use(express.json())
app.post('/', async (_req, res) => {
  const fragments = await verify(documents[turn++ % DOCUMENTS] as Document)
  res.json({ verdict: tt.isValid(fragments, CHECKS) ? 'verified' : 'invalid' })
})
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }))
})

function documentOf(i: number): Document {
  const identityProof = { type: 'DNS-TXT', location: 'example.com' }
  return wrapDocument({
    id: `document-${i}`,
    issuers: [{ name: 'Bench', documentStore: store, identityProof }],
  })
}

async function deployStore(): Promise<string> {
  const wallet = Wallet.createRandom(provider)
  await provider.send('anvil_setBalance', [wallet.address, '0xffffffffffffffffff'])
  const isIssued = id('isIssued(bytes32)').slice(2, 10)
  // PUSH0 CALLDATALOAD 0xe0 SHR PUSH4 isIssued EQ PUSH0 MSTORE; return 32 bytes. Wrapped in code that returns it.
  const code = `5f3560e01c63${isIssued}145f5260205ff3`
  const sent = await wallet.sendTransaction({ data: `0x70${code}5f526011600ff3` })
  const receipt = await sent.wait()
  if (!receipt?.contractAddress) throw new Error('the store was not deployed')
  return receipt.contractAddress
}
