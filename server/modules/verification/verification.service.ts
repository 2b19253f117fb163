import { AppError } from '../../kernel/errors.ts'
import { gathered as inGroups } from '../../kernel/gather.ts'
import { timedId } from '../../kernel/ids.ts'
import type { HolderProof } from '../ownership/index.ts'
import { type Assessment, answerOf, isForeign } from './answer.ts'
import { type Bundle, bundleOf } from './bundle.ts'
import { type Gathered, gather, requireReadable } from './collect.ts'
import { holderOfScan, type ScanChallenge, withHolder } from './holder.ts'
import type { Subject } from './open-subject.ts'
import type { Place, ScanStore, StoredScan, StoredVerdict, VerificationDeps } from './ports.ts'
import { coarsePlace, createPseudonyms, type Pseudonyms } from './pseudonym.ts'
import { restoreVerdict } from './restore.ts'
import type { TagEvidence } from './tags/tag-evidence.ts'
import { withTag } from './tags/tag-judgement.ts'
import { type ScanTap, tagOfScan } from './tags/tap-of-scan.ts'
import type { Verdict } from './types.ts'
import { judge } from './verdict.ts'
import { languageOf } from './verdict-texts.ts'

/** Who asked and from where, as far as it is told. */
export type ScanContext = {
  /** Language of the words in the answer; English where the service does not speak it. */
  readonly language: string
  /** Copied into the receipt, so that whoever asked can tell it from an older one. */
  readonly nonce?: string | undefined
  readonly location?: Place | undefined
  /** Coarse network address and browser; neither is stored as it is. */
  readonly device?: { readonly network: string; readonly userAgent: string } | undefined
  /** What the item's chip said, where it was tapped. */
  readonly tap?: ScanTap | undefined
  /** The challenge that the item’s owner answered for this scan. */
  readonly challenge?: ScanChallenge | undefined
}

export type ScanCommand = Subject & ScanContext

export type Verification = {
  /**
   * Answers a scan: gathers evidence at one block, judges it, signs the verdict and records the scan. Throws
   * `gs1.bad_link`, `gs1.bad_gtin`, `gs1.bad_serial` or `certificate.malformed` when the question cannot be understood,
   * `ownership.challenge_…` when it comes with a challenge whose answer does not count.
   */
  verify(command: ScanCommand): Promise<Verdict>
  /** Answers many at one block, in order; a question that cannot be understood has its error in its place. */
  verifyMany(subjects: readonly Subject[], context: ScanContext): Promise<(Verdict | AppError)[]>
  /** Judges without recording a scan: what screening asks of a listing. Throws as `verify` does. */
  assess(subject: Subject, language?: string): Promise<Assessment>
  /** A verdict given before, as it was given; throws `verification.not_found`. */
  find(id: string): Promise<Verdict>
  /** What it takes to check a verdict without this service; throws `verification.not_found`, `verification.bundle_not_found`. */
  bundle(id: string): Promise<Bundle>
}

type Asked = {
  readonly subject: Subject
  readonly language: string
  readonly tag?: TagEvidence | null
  readonly holder?: HolderProof | null
}
type Assessed = { readonly gathered: Gathered; readonly answer: Assessment }
type Entry = Parameters<ScanStore['insert']>[0][number]

/** Questions that share each round trip to store, chain and threads. */
const QUESTIONS = { groupMax: 16, underWayMax: 4 }
/** Scans a single write carries: at most a few hundred kilobytes. */
const WRITES = { groupMax: 250 }

export function createVerificationService(deps: VerificationDeps): Verification {
  const pseudonyms = createPseudonyms(deps.pseudonymKey)
  const assessed = inGroups((asked: Asked[]) => assessAll(asked, deps), QUESTIONS)
  const recorded = inGroups(async (entries: Entry[]) => {
    await record(entries, deps)
    return entries
  }, WRITES)
  const finish = async ({ gathered, answer }: Assessed, context: ScanContext): Promise<Verdict> => {
    const verdict = await signed(answer, context.nonce, deps)
    await recorded(entryOf(verdict, gathered, context, { atMs: deps.clock.nowMs(), pseudonyms }))
    return verdict
  }
  const find = async (id: string): Promise<Verdict> => {
    const stored = await deps.scans.find(id)
    if (stored === null)
      throw new AppError('verification.not_found', 'no verdict with this id is kept here', { id })
    return restoreVerdict(stored, deps.items)
  }
  return {
    async verify(command) {
      requireReadable(command)
      const tag = await tagOfScan(command, command.tap, deps.tags)
      const holder = await holderOfScan(command, command.challenge, deps.holders)
      const { language } = command
      return finish(await assessed({ subject: command, language, tag, holder }), command)
    },
    async verifyMany(subjects, context) {
      const faults = subjects.map(faultOf)
      const readable = subjects.filter((_, i) => faults[i] === null)
      const all = await assessAll(
        readable.map((subject) => ({ subject, language: context.language })),
        deps,
      )
      const verdicts = (await Promise.all(all.map((one) => finish(one, context)))).values()
      return faults.map((fault) => fault ?? only([verdicts.next().value]))
    },
    async assess(subject, language = 'en') {
      requireReadable(subject)
      return (await assessed({ subject, language })).answer
    },
    find,
    bundle: async (id) => bundleOf(await find(id), deps.contracts()),
  }
}

async function assessAll(asked: readonly Asked[], deps: VerificationDeps): Promise<Assessed[]> {
  const all = await gather(
    asked.map(({ subject }) => subject),
    deps,
  )
  const checkedAtMs = deps.clock.nowMs()
  return all.map((gathered, i) => {
    const tag = asked[i]?.tag ?? null
    const foreignHost = isForeign(gathered.evidence)
    const judgement = withHolder(withTag(judge(gathered.evidence), { tag, foreignHost }), {
      holder: asked[i]?.holder ?? null,
      ownership: gathered.chain?.state.ownership ?? null,
      foreignHost,
    })
    if (judgement.damaged)
      deps.log.error(
        { item: gathered.key },
        'the stored record of an item does not hold: restore it from a copy',
      )
    const about = { language: languageOf(asked[i]?.language ?? 'en'), checkedAtMs, tag }
    return { gathered, answer: answerOf(gathered, judgement, about) }
  })
}

/** The receipt covers all of the verdict but itself, the parts that prove themselves, and the session of a tap. */
async function signed(
  answer: Assessment,
  nonce: string | undefined,
  { receipts, clock }: VerificationDeps,
): Promise<Verdict> {
  const { proof, certificate, tap, ...claims } = answer
  const numbered = { id: timedId('ver', clock.nowMs()), ...claims }
  const receipt = await receipts.sign(nonce === undefined ? numbered : { ...numbered, nonce })
  return { ...numbered, receipt, proof, certificate, ...(tap === undefined ? {} : { tap }) }
}

/** A verdict is true whether or not it could be recorded; where the store is down, it is given all the same. */
async function record(entries: readonly Entry[], { scans, log }: VerificationDeps): Promise<void> {
  try {
    await scans.insert(entries)
  } catch (error) {
    log.error(
      { verificationIds: entries.map((e) => e.verdict.id), err: error },
      'scans could not be recorded',
    )
  }
}

function entryOf(
  { id, verdict, receipt }: Verdict,
  { key, record }: Gathered,
  { language, location, device }: ScanContext,
  { atMs, pseudonyms }: { atMs: number; pseudonyms: Pseudonyms },
): { verdict: StoredVerdict; scan: StoredScan } {
  const item = key && { gtin: key.gtin, serial: key.serial }
  const scan: StoredScan = {
    id,
    item,
    verdict,
    atMs,
    network: device ? pseudonyms(device.network, atMs) : null,
    device: device ? pseudonyms(`${device.network} ${device.userAgent}`, atMs) : null,
    place: location ? coarsePlace(location) : null,
    language: languageOf(language),
  }
  return { verdict: { id, receipt, verdict, item, registered: record !== null, atMs }, scan }
}

function faultOf(subject: Subject): AppError | null {
  try {
    requireReadable(subject)
    return null
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

function only<T>(values: readonly (T | undefined)[]): T {
  const [value] = values
  if (value === undefined) throw new TypeError('a question has exactly one answer')
  return value
}
