import { digitalLinkPath, type ItemKey } from '../../kernel/gs1.ts'

/** A link of an item, by its type in the GS1 Web Vocabulary. */
export type ItemLink = {
  readonly type: 'defaultLink' | 'certificationInfo' | 'verificationService'
  readonly path: string
  readonly title: string
  /** Media type of what is there. */
  readonly mediaType: string
}

const VOCABULARY = 'https://ref.gs1.org/voc/'

/** The links that exist for every registered item. */
export function itemLinks(key: ItemKey): ItemLink[] {
  const path = digitalLinkPath(key)
  return [
    { type: 'defaultLink', path, title: 'What was proven about this item', mediaType: 'text/html' },
    {
      type: 'certificationInfo',
      path: `${path}/certificate`,
      title: 'The item’s certificate',
      mediaType: 'application/vc+jwt',
    },
    {
      type: 'verificationService',
      path: `${path}/verdict`,
      title: 'Verdict for programs',
      mediaType: 'application/json',
    },
  ]
}

/** A linkset in JSON (RFC 9264 section 4.2), as GS1-conformant resolvers give it. */
export function linksetOf(key: ItemKey, publicUrl: string): object {
  const byType: Record<string, object[]> = {}
  for (const link of itemLinks(key)) {
    byType[`${VOCABULARY}${link.type}`] = [
      { href: `${publicUrl}${link.path}`, title: link.title, type: link.mediaType },
    ]
  }
  return { linkset: [{ anchor: `${publicUrl}${digitalLinkPath(key)}`, ...byType }] }
}

/** The link asked for by `?linkType=`: a GS1 name with or without its prefix, or the whole URI; null for a type there is not. */
export function linkOfType(key: ItemKey, linkType: string): ItemLink | null {
  const name = linkType.replace(/^gs1:/, '').replace(/^https?:\/\/(?:ref\.)?(?:www\.)?gs1\.org\/voc\//, '')
  return itemLinks(key).find((link) => link.type === name) ?? null
}

/** What `/.well-known/gs1resolver` says (GS1-Conformant resolver standard 1.0, resolver description file). */
export function resolverDescription(publicUrl: string): object {
  return {
    name: 'Cachet',
    resolverRoot: publicUrl,
    supportedPrimaryKeys: ['01'],
    supportedLinkTypes: [
      {
        namespace: VOCABULARY,
        prefix: 'gs1:',
        linkTypes: ['defaultLink', 'certificationInfo', 'verificationService'],
      },
    ],
    linkTypeDefaultCanBeLinkset: false,
    supportsSplitGS1DigitalLinks: false,
  }
}
