import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, pause } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { writePrivateFile } from '../kernel/files.ts'
import type { Logger } from '../kernel/log.ts'
import { saveState } from './anvil-state.ts'
import { createRpc } from './rpc.ts'

/** The devnet process of a data folder, as written down when it was started. */
export type AnvilRecord = {
  readonly pid: number
  readonly startedAt: string
  readonly port: number
  readonly gatewayPid: number
}

const GONE_MS = 5_000
const GONE_POLL_MS = 20

export function recordAnvil(folder: string, process_: { pid: number; port: number }): void {
  const startedAt = describeProcess(process_.pid)?.startedAt ?? ''
  const record: AnvilRecord = { ...process_, startedAt, gatewayPid: process.pid }
  writePrivateFile(recordFile(folder), `${JSON.stringify(record)}\n`)
}

export function forgetAnvil(folder: string): void {
  rmSync(recordFile(folder), { force: true })
}

/**
 * Ends the devnet that a killed gateway left behind, after keeping its newest state. Only exactly that process: same
 * id, same start time, our folder in its command line. Throws `chain.in_use` when its gateway is still alive.
 */
export async function endOrphan(folder: string, clock: Clock, log: Logger): Promise<void> {
  const record = readRecord(folder)
  const running = record === null ? null : describeProcess(record.pid)
  if (
    record === null ||
    running === null ||
    running.startedAt !== record.startedAt ||
    !running.command.includes(folder)
  ) {
    return forgetAnvil(folder)
  }
  if (record.gatewayPid !== process.pid && running.parentPid === record.gatewayPid) {
    throw new AppError(
      'chain.in_use',
      `the gateway with process id ${record.gatewayPid} uses the embedded chain in ${folder}`,
      {
        pid: record.gatewayPid,
      },
    )
  }
  log.warn({ pid: record.pid }, 'ending the embedded chain that an earlier gateway left behind')
  await keepItsState(record.port, folder, log)
  await endProcess(record.pid, clock)
  forgetAnvil(folder)
}

async function keepItsState(port: number, folder: string, log: Logger): Promise<void> {
  const rpc = createRpc({ url: `http://127.0.0.1:${port}`, chainId: null, log })
  try {
    await saveState(rpc, folder)
  } catch (error) {
    log.warn({ err: error }, 'its newest state could not be kept; what is missing will be sent again')
  } finally {
    await rpc.close()
  }
}

async function endProcess(pid: number, clock: Clock): Promise<void> {
  process.kill(pid, 'SIGKILL')
  const deadline = clock.nowMs() + GONE_MS
  while (describeProcess(pid) !== null && clock.nowMs() < deadline) await pause(GONE_POLL_MS)
}

function readRecord(folder: string): AnvilRecord | null {
  const file = recordFile(folder)
  if (!existsSync(file)) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as AnvilRecord
  } catch {
    return null
  }
}

const recordFile = (folder: string): string => join(folder, 'anvil.json')

type RunningProcess = { readonly startedAt: string; readonly parentPid: number; readonly command: string }

/** What the machine says of a process; null when it does not run (or is a zombie). */
function describeProcess(pid: number): RunningProcess | null {
  return process.platform === 'linux' ? describeByProc(pid) : describeByPs(pid)
}

/** Fields of /proc/PID/stat after the name in brackets: state is the 3rd, parent the 4th, start time the 22nd (proc(5)). */
function describeByProc(pid: number): RunningProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return { startedAt: fields[19] ?? '', parentPid: Number(fields[1]), command }
  } catch {
    return null
  }
}

function describeByPs(pid: number): RunningProcess | null {
  try {
    const ask = (field: string): string =>
      execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
    return { startedAt: ask('lstart'), parentPid: Number(ask('ppid')), command: ask('command') }
  } catch {
    return null
  }
}
