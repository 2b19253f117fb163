/**
 * The Content-Security-Policy of everything this service sends: own origin only, no inline script or style. A page may
 * add hosts that its scripts connect to, and nothing else.
 */
export const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  mediaSrc: ["'self'", 'blob:'],
  connectSrc: ["'self'"],
  workerSrc: ["'self'"],
  manifestSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
}

/** The policy as a header, with these origins beside our own to connect to. Throws a TypeError for what is no origin. */
export function policyWith(origins: readonly string[]): string {
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new TypeError(`${origin} is no origin`)
  }
  const directives = Object.entries({ ...POLICY, connectSrc: [...POLICY.connectSrc, ...origins] })
  return directives.map(([name, sources]) => `${kebab(name)} ${sources.join(' ')}`).join(';')
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
