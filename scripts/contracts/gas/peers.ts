import { AbiCoder, type BaseContract, Contract, ContractFactory, id, type Signer, ZeroHash } from 'ethers'
import { type Ethers, send } from '../../../test/contracts/support.ts'
import {
  compileSource,
  installPeers,
  type PeerContract,
  peerFolder,
  shippedArtifact,
  shippedFactory,
} from './peer-packages.ts'
import { type GasRow, perItem } from './row.ts'

const ERC721A = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.35;
import {ERC721A} from "erc721a/contracts/ERC721A.sol";
contract Peer is ERC721A("Peer", "P") {
    function mint(address to, uint256 quantity) external { _mint(to, quantity); }
}`

const ERC721 = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.35;
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
contract Peer is ERC721("Peer", "P") {
    function mint(address to, uint256 tokenId) external { _mint(to, tokenId); }
}`

const BULK = 100

type Setting = { readonly folder: string; readonly by: Signer; readonly people: readonly Signer[] }

/** The peers' figures on the same chain. Throws where their packages cannot be had. */
export async function measurePeers(ethers: Ethers): Promise<GasRow[]> {
  const folder = peerFolder()
  const fault = await installPeers(folder)
  if (fault !== null) throw new Error(`the peers' packages cannot be had: ${fault}`)
  const [by, ...people] = await ethers.getSigners()
  if (by === undefined) throw new Error('the chain has no accounts')
  const setting = { folder, by, people }
  const rows: GasRow[] = []
  for (const measure of [
    measureErc721,
    measureErc721a,
    measureEas,
    measureDocumentStore,
    measureTokenRegistry,
  ])
    rows.push(...(await measure(setting)))
  return rows
}

async function measureErc721({ folder, by, people }: Setting): Promise<GasRow[]> {
  const token = await deploy(compileSource(folder, 'Peer', ERC721), by)
  await send(token, by, 'mint', by, 1)
  const gas = await gasOf(token, by, 'mint', people[0], 2)
  const moved = await gasOf(token, by, 'transferFrom', by, people[1], 1)
  return rowsOf('ERC-721 of OpenZeppelin 5.7.0', [
    ['mint to a new holder', gas],
    ['transfer to a new holder', moved],
  ])
}

async function measureErc721a({ folder, by, people }: Setting): Promise<GasRow[]> {
  const token = await deploy(compileSource(folder, 'Peer', ERC721A), by)
  await send(token, by, 'mint', by, 1)
  const one = await gasOf(token, by, 'mint', people[0], 1)
  const many = await gasOf(token, by, 'mint', people[1], 1_000)
  return rowsOf('ERC721A 4.3.0', [
    ['mint to a new holder', one],
    ['mint one of 1,000 to one holder', perItem(many, 1_000)],
  ])
}

/** An attestation of one digest, revocable, under a schema without a resolver. */
async function measureEas({ folder, by }: Setting): Promise<GasRow[]> {
  const path = '@ethereum-attestation-service/eas-contracts/artifacts/contracts'
  const schemas = await deploy(shippedArtifact(folder, `${path}/SchemaRegistry.sol/SchemaRegistry.json`), by)
  const eas = await deploy(shippedArtifact(folder, `${path}/EAS.sol/EAS.json`), by, schemas)
  const zero = `0x${'00'.repeat(20)}`
  const schema = await schemas.getFunction('register').staticCall('bytes32 digest', zero, true)
  await send(schemas, by, 'register', 'bytes32 digest', zero, true)
  const data = (i: number) => ({
    recipient: zero,
    expirationTime: 0,
    revocable: true,
    refUID: ZeroHash,
    data: AbiCoder.defaultAbiCoder().encode(['bytes32'], [id(`digest ${i}`)]),
    value: 0,
  })
  const one = await gasOf(eas, by, 'attest', { schema, data: data(0) })
  const batch = [{ schema, data: Array.from({ length: BULK }, (_, i) => data(i + 1)) }]
  const attested = await send(eas, by, 'multiAttest', batch)
  const uids = attested.logs.map((log) => String(eas.interface.parseLog(log)?.args['uid']))
  const revocations = [{ schema, data: uids.map((uid) => ({ uid, value: 0 })) }]
  const revoked = await gasOf(eas, by, 'multiRevoke', revocations)
  return rowsOf('EAS 1.9.0', [
    ['attest', one],
    [`attest one of ${BULK} in one call`, perItem(Number(attested.gasUsed), BULK)],
    [`revoke one of ${BULK} in one call`, perItem(revoked, BULK)],
  ])
}

async function measureDocumentStore({ folder, by }: Setting): Promise<GasRow[]> {
  const path = '@tradetrust-tt/document-store/dist/contracts/factories/DocumentStore__factory.js'
  const contract = shippedFactory(folder, path, 'DocumentStore__factory')
  const store = await deploy(contract, by, 'Peer', by)
  await send(store, by, 'issue', id('first'))
  const issued = await gasOf(store, by, 'issue', id('second'))
  const items = Array.from({ length: BULK }, (_, i) => id(`item ${i}`))
  const many = await gasOf(store, by, 'bulkIssue', items)
  const revoked = await gasOf(store, by, 'bulkRevoke', items)
  return rowsOf('TradeTrust document-store 4.1.1', [
    ['issue one root', issued],
    [`issue one of ${BULK} in one call`, perItem(many, BULK)],
    [`revoke one of ${BULK} in one call`, perItem(revoked, BULK)],
  ])
}

async function measureTokenRegistry({ folder, by, people }: Setting): Promise<GasRow[]> {
  const path = '@tradetrust-tt/token-registry/dist/artifacts'
  const factory = await deploy(
    shippedArtifact(folder, `${path}/TitleEscrowFactory.sol/TitleEscrowFactory.json`),
    by,
  )
  const artifact = shippedArtifact(folder, `${path}/TradeTrustToken.sol/TradeTrustToken.json`)
  const registry = await deploy(artifact, by, 'Peer', 'P', factory)
  await send(registry, by, 'mint', by, by, 1, '0x')
  const gas = await gasOf(registry, by, 'mint', people[0], people[0], 2, '0x')
  return rowsOf('TradeTrust token-registry 5.5.1', [['mint to a new holder', gas]])
}

async function deploy(
  { abi, bytecode }: PeerContract,
  by: Signer,
  ...args: unknown[]
): Promise<BaseContract> {
  const contract = await new ContractFactory(abi, bytecode, by).deploy(...args)
  await contract.waitForDeployment()
  return new Contract(await contract.getAddress(), abi, by)
}

async function gasOf(
  contract: BaseContract,
  by: Signer,
  method: string,
  ...args: unknown[]
): Promise<number> {
  return Number((await send(contract, by, method, ...args)).gasUsed)
}

function rowsOf(who: string, figures: readonly (readonly [what: string, gas: number])[]): GasRow[] {
  return figures.map(([what, gas]) => ({ who, what, gas }))
}
