import { expect } from 'chai'
import type { ItemChainState } from '../../../server/kernel/chain-facts.ts'
import { judge } from '../../../server/modules/verification/verdict.ts'
import {
  ANCHORED_AT,
  anchorOf,
  BRAND_ID,
  itemOf,
  keyOf,
  OTHER_BRAND,
  ownedBy,
  stateOf,
} from './evidence-samples.ts'

const OWNERSHIPS = [null, ownedBy(), ownedBy({ stolen: { atUnix: 1, by: 'owner' } })]

describe('verdict over every combination of facts', () => {
  const flags = [false, true]
  const keys = [null, keyOf(), keyOf({ validFromUnix: ANCHORED_AT + 1 }), keyOf({ compromisedAtUnix: 0 })]
  const anchors = [
    null,
    anchorOf(),
    anchorOf({ final: false }),
    anchorOf({ brandId: OTHER_BRAND }),
    anchorOf({ leafCount: 7 }),
  ]
  const all = flags.flatMap((holds) =>
    flags.flatMap((storedHolds) =>
      [null, 8].flatMap((leafCount) =>
        (['stored', 'presented'] as const).flatMap((source) => [
          itemOf({ holds, storedHolds, leafCount, source }, null),
          ...states().map((s) => itemOf({ holds, storedHolds, leafCount, source }, s)),
        ]),
      ),
    ),
  )
  function states(): ItemChainState[] {
    return keys.flatMap((key) =>
      anchors.flatMap((anchor) =>
        flags.flatMap((revoked) =>
          flags.flatMap((recalled) =>
            [null, 1].flatMap((at) =>
              OWNERSHIPS.map((ownership) =>
                stateOf({ key, anchor, revoked, recalled, brandSuspendedAtUnix: at, ownership }),
              ),
            ),
          ),
        ),
      ),
    )
  }

  it(`says verified in no case where a fact is missing or against it (${all.length} cases)`, () => {
    let verified = 0
    for (const evidence of all) {
      if (judge(evidence).verdict !== 'verified') continue
      verified += 1
      const state = evidence.chain?.state
      expect(evidence.holds && evidence.leafCount === 8 && !state?.revoked && !state?.recalled).to.equal(true)
      expect(state?.anchor).to.deep.equal(anchorOf())
      expect(state?.key).to.deep.equal(keyOf())
      expect(state?.brandSuspendedAtUnix).to.equal(null)
      expect(state?.ownership?.claimed && state.ownership.stolen).not.to.be.an('object')
    }
    expect(verified).to.be.greaterThan(0)
  })

  it('never calls our own record forged, nor anything forged for want of a chain', () => {
    for (const evidence of all) {
      const { verdict } = judge(evidence)
      if (evidence.source === 'stored') expect(verdict).not.to.equal('forged')
      if (evidence.chain === null && evidence.holds) expect(verdict).not.to.equal('forged')
    }
  })

  it('keeps a revocation, once read, above everything but forgery and damage', () => {
    for (const evidence of all) {
      const state = evidence.chain?.state
      if (
        !evidence.holds ||
        evidence.leafCount === null ||
        !state?.revoked ||
        state.anchor?.brandId !== BRAND_ID
      )
        continue
      if (state.anchor.leafCount === 8) expect(judge(evidence).verdict).to.be.oneOf(['revoked', 'forged'])
    }
  })
})
