import { expect } from 'chai'
import type { Judgement } from '../../../server/modules/verification/judgement.ts'
import type { Seal } from '../../../server/modules/verification/tags/seal.ts'
import { sealOf } from '../../../server/modules/verification/tags/seal.ts'
import type { TagEvidence } from '../../../server/modules/verification/tags/tag-evidence.ts'
import { withTag } from '../../../server/modules/verification/tags/tag-judgement.ts'
import { VERDICTS } from '../../../server/modules/verification/types.ts'
import { judge } from '../../../server/modules/verification/verdict.ts'
import { itemOf, noRecord, stateOf } from '../verification/evidence-samples.ts'

const next = { session: 's', untilMs: 0 }
const tapped = (isSecond: boolean, seal: Seal | null = null): TagEvidence => ({
  kind: 'tapped',
  isSecond,
  seal,
  next,
})
const good = judge(itemOf())

/** Every outcome of a chip: what it does to a label that is verified. */
const TABLE: readonly [TagEvidence | null, verdict: string, assurance: string, finding: string][] = [
  [null, 'verified', 'label', 'unknown tag_not_shown'],
  [{ kind: 'unreadable' }, 'verified', 'label', 'unknown tag_unreadable'],
  [{ kind: 'not_bound' }, 'verified', 'label', 'unknown tag_not_bound'],
  [{ kind: 'not_checked' }, 'verified', 'label', 'unknown tag_not_checked'],
  [{ kind: 'reloaded' }, 'verified', 'label', 'warn tag_reloaded'],
  [{ kind: 'replayed' }, 'unverifiable', 'label', 'fail tag_replayed'],
  [{ kind: 'wrong' }, 'unverifiable', 'label', 'fail tag_wrong'],
  [{ kind: 'removed', removedAtMs: 0 }, 'unverifiable', 'label', 'fail tag_removed'],
  [tapped(false), 'verified', 'label', 'warn tag_tap_again'],
  [tapped(true), 'verified', 'tag', 'pass tag_answered'],
  [tapped(false, 'closed'), 'verified', 'label', 'warn tag_tap_again'],
  [tapped(true, 'closed'), 'verified', 'tag', 'pass tag_answered'],
  [tapped(true, 'open'), 'verified', 'label', 'warn tag_seal_open'],
  [tapped(true, 'opened'), 'verified', 'label', 'warn tag_seal_opened'],
  [tapped(true, 'not_switched_on'), 'verified', 'label', 'warn tag_seal_unset'],
  [tapped(true, 'not_there'), 'verified', 'label', 'warn tag_seal_unset'],
  [tapped(true, 'unreadable'), 'verified', 'label', 'warn tag_seal_unset'],
]

const tagNote = ({ notes }: Judgement): string => {
  const found = notes.find((note) => note.check === 'tag')
  return `${found?.result} ${found?.code}`
}

describe('what a chip adds to a verdict', () => {
  for (const [tag, verdict, assurance, finding] of TABLE) {
    const name =
      tag === null
        ? 'no chip'
        : Object.values(tag)
            .filter((v) => typeof v !== 'object')
            .join(' ')
    it(`${name}: ${verdict}, ${assurance}, ${finding}`, () => {
      const judged = withTag(good, { tag, foreignHost: false })
      expect([judged.verdict, judged.assurance, tagNote(judged)]).to.deep.equal([verdict, assurance, finding])
      expect(judged.notes.filter((note) => note.check !== 'tag')).to.deep.equal(
        good.notes.filter((note) => note.check !== 'tag'),
      )
    })
  }

  it('never is a better verdict than the label’s, nor forged, for any verdict and any outcome', () => {
    for (const verdict of VERDICTS) {
      for (const [tag] of TABLE) {
        const judged = withTag({ ...good, verdict }, { tag, foreignHost: false })
        if (judged.verdict !== verdict) expect(judged.verdict).to.equal('unverifiable')
        if (verdict === 'unverifiable') expect(judged.verdict).to.equal('unverifiable')
        if (verdict !== 'forged') expect(judged.verdict).not.to.equal('forged')
      }
    }
    const revoked = judge(itemOf({}, stateOf({ revoked: true })))
    expect(withTag(revoked, { tag: { kind: 'wrong' }, foreignHost: false }).verdict).to.equal('revoked')
    expect(withTag(judge(noRecord()), { tag: tapped(true), foreignHost: false }).verdict).to.equal(
      'not_registered',
    )
  })

  it('proves nothing of a chip on a label that leads to a stranger’s site', () => {
    const judged = withTag(good, { tag: tapped(true), foreignHost: true })
    expect([judged.assurance, judged.advice]).to.deep.equal(['label', null])
  })

  it('reads a seal from two characters, and no seal from anything else', () => {
    const seals = ['CC', 'OC', 'OO', 'II', 'NT', 'CO', 'cc', ''].map((text) => sealOf(Buffer.from(text)))
    expect(seals).to.deep.equal([
      'closed',
      'opened',
      'open',
      'not_switched_on',
      'not_there',
      'unreadable',
      'unreadable',
      'unreadable',
    ])
    expect(sealOf(null)).to.equal('not_there')
  })
})
