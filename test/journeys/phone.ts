import type { Browser } from 'playwright-core'
import { type Visitor, visit } from './browser.ts'

/** A visitor with a phone: an authenticator of its own that always agrees, and a list of what it sent. */
export type Phone = Visitor & {
  /** Every address and body that left the browser. */
  readonly sent: string[]
  /** Forgets what the pages keep, as a new browser with the same passkeys would. */
  forget(): Promise<void>
}

export async function phoneOf(browser: Browser, url: string): Promise<Phone> {
  const visitor = await visit(browser, url)
  const { page, context } = visitor
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const sent: string[] = []
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
  return {
    ...visitor,
    sent,
    forget: () => page.evaluate('localStorage.clear()'),
  }
}
