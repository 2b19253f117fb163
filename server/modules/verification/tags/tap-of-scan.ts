import { type ItemKey, parseDigitalLink } from '../../../kernel/gs1.ts'
import type { Subject } from '../open-subject.ts'
import { hasSun } from './sun-message.ts'
import type { TagEvidence } from './tag-evidence.ts'
import type { TagReader } from './tag-reader.ts'

/** What of a scan concerns a chip. */
export type ScanTap = {
  /** Search parameters of the tapped link, where they came apart from it. */
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  /** Session of the tap before, which the answer to it gave. */
  readonly session: string | null
}

/**
 * Reads the chip's message that came with a scan; null where none did. Reading uses the message up, so it is done once a
 * scan, and never where an item is only assessed. Throws `gs1.bad_link` and its kin, as the scan itself does.
 */
export async function tagOfScan(
  subject: Subject,
  tap: ScanTap | undefined,
  tags: TagReader,
): Promise<TagEvidence | null> {
  if ('certificate' in subject) return null
  const query = tap?.query ?? ('url' in subject ? queryOf(subject.url) : {})
  if (!hasSun(query)) return null
  return tags.read({ key: keyOf(subject), query, session: tap?.session ?? null })
}

function queryOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams)
}

function keyOf(subject: Exclude<Subject, { readonly certificate: string }>): ItemKey {
  if ('key' in subject) return subject.key
  const { gtin, serial } = parseDigitalLink(subject.url)
  return { gtin, serial }
}
