import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isAppError } from '../../kernel/errors.ts'
import {
  type Assurance,
  type Finding,
  VERDICT_LOOKS,
  VERDICT_TEXTS,
  type Verdict,
  type VerdictKind,
  verdictText,
} from '../../modules/verification/index.ts'
import type { BundleFile } from '../../offline/bundle.ts'
import { type BundleCheck, checkBundle } from '../../offline/check-bundle.ts'
import { type PublishedKey, type ReceiptFault, receiptFault } from '../../offline/receipt.ts'
import { parseBundle, readBundle } from '../bundle-file.ts'
import { badUsage, type Command, EXIT, GATEWAY_FLAG, type Given, onlyArgument } from '../command.ts'
import { type Gateway, gatewayOf, problemOf } from '../gateway.ts'

export const verify: Command = {
  name: 'verify',
  usage: 'verify URL|BUNDLE [--rpc URL]',
  summary: 'Checks an item: a link by asking the gateway, a saved bundle without any gateway.',
  flags: {
    ...GATEWAY_FLAG,
    rpc: {
      type: 'string',
      value: 'URL',
      help: 'chain endpoint to check the bundle against, or several with commas; else CHAIN_RPC_URL',
    },
    registry: {
      type: 'string',
      value: 'ADDRESS',
      help: 'ItemRegistry you trust; else the one that the bundle names',
    },
    confirmations: {
      type: 'string',
      value: 'N',
      help: 'blocks until final; else the finalized block (1 on chain 31337)',
    },
  },
  notes: [
    'URL: the gateway is asked and its signed receipt checked; with --rpc its bundle is checked against the chain too.',
    'BUNDLE: a file from GET /v1/verifications/{id}/bundle, or a verdict saved as JSON. No gateway is asked.',
    'Exit: 0 verified, 1 a negative verdict, 2 wrong usage, 3 it cannot be told (unverifiable, pending, no answer).',
  ],
  run: (given) => {
    const asked = onlyArgument(verify, given)
    if (existsSync(asked)) return verifyBundle(readBundle(asked), given)
    if (/^https?:\/\//i.test(asked)) return verifyLink(asked, given)
    throw badUsage(verify, `there is no file ${asked}, and it is no http or https link`)
  },
}

async function verifyBundle(bundle: BundleFile, given: Given): Promise<number> {
  const check = await checked(bundle, given)
  if (given.on('json')) given.io.out(JSON.stringify(check))
  else for (const line of bundleLines(check, bundle, given)) given.io.out(line)
  return exitOf(check.verdict)
}

async function checked(bundle: BundleFile, given: Given): Promise<BundleCheck> {
  // Loaded when it is needed only: the chain's ABI coder takes most of the start-up time of a command.
  const { openReader } = await import('../chain-endpoint.ts')
  const endpoint = openReader(bundle, given)
  try {
    return await checkBundle(bundle, endpoint?.reader ?? null)
  } finally {
    await endpoint?.close()
  }
}

async function verifyLink(url: string, given: Given): Promise<number> {
  const gateway = gatewayOf(given, null)
  const nonce = randomBytes(16).toString('base64url')
  const verdict = await asked(gateway, url, nonce)
  const { keys } = (await gateway.json('/.well-known/jwks.json')) as { keys: PublishedKey[] }
  const fault = await receiptFault({ ...verdict }, nonce, keys)
  const bundle =
    verdict.certificate === null || given.text('rpc') === undefined
      ? null
      : await bundleOf(gateway, verdict.id)
  const check = bundle && (await checked(bundle, given))
  const { io, on } = given
  if (on('json'))
    io.out(JSON.stringify({ ...verdict, receiptHolds: fault === null, ...(check ? { check } : {}) }))
  else for (const line of linkLines(verdict, { fault, check, gateway: gateway.url })) io.out(line)
  if (fault !== null) return EXIT.unknown
  return Math.max(exitOf(verdict.verdict), check ? exitOf(check.verdict) : EXIT.good)
}

async function asked(gateway: Gateway, url: string, nonce: string): Promise<Verdict> {
  try {
    return (await gateway.json('/v1/verifications', { method: 'POST', body: { url, nonce } })) as Verdict
  } catch (error) {
    if (isAppError(error, 'gateway.refused') && problemOf(error).status === 400)
      throw badUsage(verify, error.message)
    throw error
  }
}

async function bundleOf(gateway: Gateway, id: string): Promise<BundleFile> {
  const bundle = await gateway.json(`/v1/verifications/${encodeURIComponent(id)}/bundle`)
  return parseBundle(JSON.stringify(bundle), `the bundle of ${id}`)
}

function exitOf(verdict: VerdictKind): number {
  if (verdict === 'verified') return EXIT.good
  return verdict === 'unverifiable' || verdict === 'pending' ? EXIT.unknown : EXIT.bad
}

const RECEIPT_FAULTS: Readonly<Record<ReceiptFault, string>> = {
  no_receipt: 'it is not a verdict receipt',
  unknown_key: 'the gateway publishes no key of this name',
  wrong_signature: 'its signature is wrong',
  other_verdict: 'it is of another verdict',
}

function linkLines(
  verdict: Verdict,
  about: { fault: ReceiptFault | null; check: BundleCheck | null; gateway: string },
): string[] {
  const { item, brand, chain } = verdict
  return [
    headline(verdict.verdict, verdict.assurance),
    ...(item
      ? [
          `Item      ${item.gtin} ${item.serial}${item.model ? `, ${item.model}` : ''}${brand ? `, ${brand.name} (${brand.id})` : ''}`,
        ]
      : []),
    ...findingLines(verdict.findings),
    ...(chain ? [`Chain     ${chain.chainId}, block ${chain.blockNumber} ${chain.blockHash}`] : []),
    `Gateway   ${about.gateway}, ${verdict.checkedAt}, ${verdict.id}`,
    `Receipt   ${about.fault === null ? 'holds' : `does not hold: ${RECEIPT_FAULTS[about.fault]}. Do not rely on this answer.`}`,
    ...(about.check
      ? [
          'Checked again without the gateway:',
          headline(about.check.verdict),
          ...findingLines(about.check.findings),
        ]
      : []),
    '',
    verdict.advice,
  ]
}

function bundleLines(check: BundleCheck, bundle: BundleFile, given: Given): string[] {
  const { item, at } = check
  const named = given.text('registry') === undefined && bundle.contracts
  return [
    headline(check.verdict),
    ...(item ? [`Item      ${item.gtin} ${item.serial}, ${item.model}, ${check.brand}`] : []),
    ...findingLines(check.findings),
    ...(at ? [`Chain     ${at.chainId}, block ${at.blockNumber} ${at.blockHash}`] : []),
    ...(check.chainFault ? [`Chain     not read: ${check.chainFault}`] : []),
    ...(named
      ? [`Registry  ${named.itemRegistry}, as the bundle says: give --registry to insist on one you trust`]
      : []),
    '',
    VERDICT_TEXTS.en[check.verdict].advice,
  ]
}

function headline(verdict: VerdictKind, assurance: Assurance = 'label'): string {
  const { headline: words, meaning } = verdictText('en', { verdict, assurance })
  return `${VERDICT_LOOKS[verdict].symbol} ${verdict}: ${words}. ${meaning}`
}

function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ check, result, detail }) => `  ${result.padEnd(8)} ${check.padEnd(13)} ${detail}`)
}
