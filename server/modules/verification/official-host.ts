/** GS1's own resolver: links on it name items of every brand. */
const GS1_HOST = 'id.gs1.org'

/** What tells an official link of an item: this service, the brand, and the link that the item's certificate carries. */
export type Official = {
  readonly publicUrl: string
  /** The brand's domain; its subdomains are the brand's too. */
  readonly brandDomain: string | null
  readonly certificateLink: string | null
}

/**
 * The host of a scanned link where it is not one on which the item's label may lead, else null. Hosts are compared as
 * URL parsers write them (lower case, punycode, port unless default), so that no look-alike spelling passes.
 */
export function foreignHostOf(origin: string, official: Official): string | null {
  const host = new URL(origin).host
  const own = [official.publicUrl, official.certificateLink].filter(
    (link) => link !== null && URL.canParse(link),
  )
  if (host === GS1_HOST || own.some((link) => link !== null && new URL(link).host === host)) return null
  const domain = official.brandDomain
  if (domain !== null && (host === domain || host.endsWith(`.${domain}`))) return null
  return host
}
