/** The last tap that was accepted, and the scan session it was made in. */
export type LastTap = {
  /** SHA-256 of the session's token; the token itself is with the person who taps. */
  readonly sessionHash: string
  readonly counter: number
  readonly atMs: number
}

/** What is known of a chip's counter: the highest accepted, or -1 before the first. */
export type CounterState = { readonly counter: number; readonly lastTap: LastTap | null }

/** A message whose MAC is right. `sessionHash` is null where the tap came without a session. */
export type Tap = { readonly counter: number; readonly sessionHash: string | null; readonly atMs: number }

export type TapOutcome =
  /** Used before, by somebody else or too long ago: a copied link. */
  | { readonly kind: 'replayed' }
  /** Used before in this very session: the page was loaded again. */
  | { readonly kind: 'reloaded' }
  /** New. `isSecond` says that it follows another tap closely, in the same session. */
  | { readonly kind: 'accepted'; readonly isSecond: boolean; readonly missing: number }

/** Time between two taps of one look at an item: enough to read a sentence and hold the phone to the chip again. */
export const SECOND_TAP_MS = 90_000
/** Reads between two taps of one look: a phone may read a chip more than once while it is held there. */
export const SECOND_TAP_READS_MAX = 5
/** A page loaded again within this time is not a copied link. */
const RELOAD_MS = 15 * 60_000

/**
 * Judges a message by the chip's counter. A message counts once, whoever brings it. One message alone may have been read
 * off the chip long ago and kept (harvested); a second one, shortly after, in the same session and a little further on,
 * is what a copied link cannot bring: it has only the one message, and the next tap of it is a replay.
 */
export function judgeTap({ counter, lastTap }: CounterState, tap: Tap): TapOutcome {
  const sameSession = lastTap !== null && tap.sessionHash !== null && lastTap.sessionHash === tap.sessionHash
  if (tap.counter <= counter) {
    const again = sameSession && lastTap.counter === tap.counter && tap.atMs - lastTap.atMs <= RELOAD_MS
    return { kind: again ? 'reloaded' : 'replayed' }
  }
  const isSecond =
    sameSession &&
    tap.atMs - lastTap.atMs <= SECOND_TAP_MS &&
    tap.counter - lastTap.counter <= SECOND_TAP_READS_MAX
  return { kind: 'accepted', isSecond, missing: tap.counter - Math.max(counter, 0) - 1 }
}

/**
 * Reads of a chip that come to this service for each that does not: phones without a network, locked phones, several
 * reads at one touch. Set with care for honest items, not measured on any.
 */
const UNSEEN_READS_MEAN = 4

/**
 * How surprising a gap in the counter is: the decimal logarithm of the odds against so many unseen reads or more between
 * two taps, if unseen reads are geometric with the mean above. 0 says nothing; 3 is one in a thousand; a person who
 * sits with the chip and collects messages makes it large.
 */
export function gapScore(missing: number): number {
  const ratio = UNSEEN_READS_MEAN / (1 + UNSEEN_READS_MEAN)
  return -missing * Math.log10(ratio)
}

/** From this score on a gap is kept as a mark of the chip: 31 unseen reads or more. */
export const GAP_SCORE_MARKED = 3
