import { Long } from 'bson'
import { DOCUMENT_BYTES_MAX } from '../storage/table.ts'
import { BATCH_MAX, MESSAGE_BYTES_MAX } from '../wire/frames.ts'
import type { Context, Reply } from './context.ts'

/** Wire version of MongoDB 7.0. */
const WIRE_VERSION = 21
const VERSION = '7.0.0'
const SESSION_MINUTES = 30

/** The greeting of a replica set's primary: drivers then use sessions, retryable writes and transactions. */
export function helloReply(address: string, nowMs: number): Reply {
  return {
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    secondary: false,
    setName: 'embedded',
    setVersion: 1,
    hosts: [address],
    primary: address,
    me: address,
    maxBsonObjectSize: DOCUMENT_BYTES_MAX,
    maxMessageSizeBytes: MESSAGE_BYTES_MAX,
    maxWriteBatchSize: BATCH_MAX,
    localTime: dateOf(nowMs),
    logicalSessionTimeoutMinutes: SESSION_MINUTES,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
    ok: 1,
  }
}

export function buildInfoCommand(): Reply {
  const versionArray = [...VERSION.split('.').map(Number), 0]
  return {
    version: VERSION,
    versionArray,
    gitVersion: 'embedded',
    modules: ['cachet-embedded'],
    maxBsonObjectSize: DOCUMENT_BYTES_MAX,
    ok: 1,
  }
}

export function serverStatusCommand(context: Context): Reply {
  return {
    version: VERSION,
    process: 'cachet-embedded',
    localTime: dateOf(context.nowMs),
    openCursors: Long.fromNumber(context.cursors.size),
    ok: 1,
  }
}

function dateOf(ms: number): Date {
  return new Date(ms)
}
