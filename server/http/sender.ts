/**
 * Whose page sent a request, as the browser says: by Sec-Fetch-Site, or by an Origin header that names the host that was
 * asked (OWASP CSRF cheat sheet, origin verification). `unsaid` where neither is there: an old browser, or no browser.
 */
export function senderOf(header: (name: string) => string | undefined): 'here' | 'elsewhere' | 'unsaid' {
  const site = header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' ? 'here' : 'elsewhere'
  const origin = header('origin')
  if (origin === undefined) return 'unsaid'
  return hostOf(origin) === header('host') ? 'here' : 'elsewhere'
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
