import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedChain } from '../../server/chain/anvil.ts'
import { systemClock } from '../../server/kernel/clock.ts'
import { silentLog } from '../../server/kernel/log.ts'
import type { BenchOptions, Row } from '../lib/bench-row.ts'
import { type Load, load, postRequest } from './load.ts'
import { serve } from './peers/spawn.ts'
import { type RegisteredItem, registerItems, startService } from './service.ts'
import { tempFolder } from './temp-folder.ts'

// Full verdicts by HTTP at 50 connections over distinct items: look-up, signature, Merkle proof, anchor and revocation at
// one block, scan recorded, receipt signed. In the same run, at the same connections: a bare Express 5 JSON route, the
// same with one signature check a request (the limit), and tt-verify on a document store.

const CONNECTIONS = 50
const PEER_SECONDS = 4
/** Until the service's code is compiled for good: shorter warm-ups measure the compiler. */
const WARM_UP_SECONDS = 8
const TARGET_PER_SECOND = 2_500
const TARGET_P99_MS = 60
const PEER = '@tradetrust-tt/tt-verify@9.7.2'

/** `--n` items, `--seconds` of measuring, `--peer false` leaves tt-verify out, `--peer-folder DIR` keeps its packages. */
export async function* run(options: BenchOptions): AsyncGenerator<Row> {
  const n = Number(options['n'] ?? 5_000)
  const seconds = Number(options['seconds'] ?? 10)
  const verdicts = await measureService(n, seconds)
  const bare = await measurePeer('express-limit.ts', ['bare'])
  const signature = await measurePeer('express-limit.ts', ['signature'])
  yield* rowsOf('verdicts', verdicts, signature.perSecond)
  yield {
    name: 'verify.verdicts_target',
    value: verdicts.perSecond,
    unit: '1/s',
    ...against(verdicts.perSecond, TARGET_PER_SECOND),
    n: verdicts.answered,
  }
  yield {
    name: 'verify.p99_target',
    value: verdicts.p99Ms,
    unit: 'ms',
    ...against(verdicts.p99Ms, TARGET_P99_MS),
    n: verdicts.answered,
  }
  yield* rowsOf('express_json', bare, verdicts.perSecond)
  yield* rowsOf('express_one_signature', signature, verdicts.perSecond)
  if (options['peer'] !== 'false') yield* measureTradeTrust(options['peer-folder'], verdicts.perSecond)
}

async function measureService(n: number, seconds: number): Promise<Load> {
  const service = await startService()
  try {
    const items = await registerItems(service, n)
    const requests = items.map(({ gtin, serial }: RegisteredItem) =>
      postRequest('/v1/verifications', { gtin, serial }),
    )
    const once = (during: number): Promise<Load> =>
      load({
        port: service.port,
        connections: CONNECTIONS,
        seconds: during,
        request: (turn) => requests[turn % requests.length] as Buffer,
        expect: (answer) => answer.startsWith('HTTP/1.1 200') && answer.includes('"verdict":"verified"'),
      })
    await once(WARM_UP_SECONDS)
    const measured = await once(seconds)
    if (measured.wrong > 0)
      throw new Error(`${measured.wrong} of ${measured.answered} answers were not verified`)
    return measured
  } finally {
    await service.stop()
  }
}

async function measurePeer(file: string, args: readonly string[]): Promise<Load> {
  const peer = await serve(new URL(`./peers/${file}`, import.meta.url), args)
  try {
    const request = postRequest('/', { gtin: '09521234001157', serial: 'A' })
    const expect = (answer: string): boolean => answer.includes('"verdict":"verified"')
    const measured = await load({
      port: peer.port,
      connections: CONNECTIONS,
      seconds: PEER_SECONDS,
      request: () => request,
      expect,
    })
    if (measured.wrong > 0)
      throw new Error(`${file}: ${measured.wrong} of ${measured.answered} answers were wrong`)
    return measured
  } finally {
    await peer.stop()
  }
}

/** tt-verify is no dependency of this project: its packages are fetched into a folder of their own when first needed. */
async function* measureTradeTrust(folder: string | undefined, ours: number): AsyncGenerator<Row> {
  const packages =
    folder ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cachet-bench-peers')
  const fault = await install(packages)
  if (fault !== null) {
    process.stderr.write(`tt-verify is left out: ${fault}\n`)
    return
  }
  const temp = await tempFolder()
  const chain = await startEmbeddedChain({ dataDir: temp.path, log: silentLog, clock: systemClock })
  try {
    yield* rowsOf('tt_verify_9_7_2', await measurePeer('tt-verify.ts', [packages, chain.rpcUrl]), ours)
  } finally {
    await chain.close()
    await temp.remove()
  }
}

async function install(folder: string): Promise<string | null> {
  if (existsSync(join(folder, 'node_modules', PEER.replace(/@[\d.]+$/, '')))) return null
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  process.stderr.write(`installing ${PEER} into ${folder} …\n`)
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', PEER]
  return new Promise((resolve) => {
    const npm = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    npm.once('error', (error) => resolve(error.message))
    npm.once('exit', (code) => resolve(code === 0 ? null : `npm ended with ${code}`))
  })
}

/** Three rows: answers a second beside the other side of the comparison, and the two latencies. */
function* rowsOf(name: string, measured: Load, other: number): Generator<Row> {
  const n = measured.answered
  yield {
    name: `verify.${name}`,
    value: measured.perSecond,
    unit: '1/s',
    ...against(measured.perSecond, other),
    n,
  }
  yield { name: `verify.${name}_p50`, value: measured.p50Ms, unit: 'ms', limit: null, ratio: null, n }
  yield { name: `verify.${name}_p99`, value: measured.p99Ms, unit: 'ms', limit: null, ratio: null, n }
}

function against(value: number, limit: number): Pick<Row, 'limit' | 'ratio'> {
  return { limit, ratio: value / limit }
}
