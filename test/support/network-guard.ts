import { isIP, type LookupFunction, Socket } from 'node:net'

type ConnectOptions = { host?: string; path?: string; lookup?: LookupFunction }

/** The error a test gets when it tries to leave the machine. */
export class NetworkDenied extends Error {
  readonly code = 'ENETDENIED'
  constructor(host: string) {
    super(`Tests may not connect to ${host}: only loopback addresses are allowed`)
  }
}

/** Says whether an IP address or host name is this machine without asking any resolver. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  if (isIP(name) === 4) return name.startsWith('127.')
  if (isIP(name) === 6) return name === '::1' || name.startsWith('::ffff:127.')
  return name === 'localhost' || name.endsWith('.localhost')
}

/**
 * Denies every outgoing TCP or TLS connection of this process that does not stay on the machine. A host name is
 * allowed when the caller brings its own lookup and that answers with a loopback address. Installed once a process.
 */
export function installNetworkGuard(): void {
  const connect = Socket.prototype.connect
  if (Object.hasOwn(connect, 'guarded')) return
  const guarded = function (this: Socket, ...args: unknown[]): Socket {
    const options = optionsOf(args)
    if (options === null || isAllowed(options)) return Reflect.apply(connect, this, args)
    const host = String(options.host)
    if (isIP(host) === 0 && options.lookup !== undefined) {
      options.lookup = loopbackOnly(options.lookup)
      return Reflect.apply(connect, this, args)
    }
    return this.destroy(new NetworkDenied(host))
  }
  Object.defineProperty(guarded, 'guarded', { value: true })
  Socket.prototype.connect = guarded
}

function isAllowed(options: ConnectOptions): boolean {
  return (
    options.path !== undefined ||
    options.host === undefined ||
    options.host === '' ||
    isLoopback(options.host)
  )
}

/** net.connect hands on one normalised array, the socket itself takes options or (port, host). */
function optionsOf(args: unknown[]): ConnectOptions | null {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]
  if (typeof first === 'object' && first !== null) return first
  return typeof args[1] === 'string' ? { host: args[1] } : null
}

function loopbackOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      const found = typeof address === 'string' ? [address] : (address ?? []).map((entry) => entry.address)
      const outside = found.find((entry) => !isLoopback(entry))
      callback(outside === undefined ? error : new NetworkDenied(outside), address, family)
    })
  }
}
