/**
 * Verification: a question about an item becomes a verdict with findings. Promises that everything the chain says of one
 * answer is read at one block, that doubt never becomes `verified`, that not being able to check is `unverifiable` and
 * never a negative verdict, and that no word calls an object the real thing because its label is registered.
 */
export type { Assessment } from './answer.ts'
export { verdictText } from './assurance-texts.ts'
export type { Bundle } from './bundle.ts'
export { VERIFICATION_ERRORS } from './errors.ts'
export type { Evidence } from './evidence.ts'
export { findingText } from './finding-texts.ts'
export { SEVERITY } from './judgement.ts'
export { namedKey } from './named-key.ts'
export type { Subject } from './open-subject.ts'
export type {
  Place,
  ReceiptSigner,
  ScanStore,
  SignatureVerifier,
  StoredScan,
  StoredVerdict,
  VerificationDeps,
} from './ports.ts'
export { TAG_ERRORS } from './tags/errors.ts'
export { createTags, type Tags } from './tags/index.ts'
export type { Tag, TagMark } from './tags/ports.ts'
export type { TagTrace, TagTraces } from './tags/tag-trace.ts'
export type {
  Assurance,
  Finding,
  FindingCheck,
  FindingResult,
  Verdict,
  VerdictKind,
  VerdictProof,
} from './types.ts'
export { VERDICTS } from './types.ts'
export { judge } from './verdict.ts'
export { LANGUAGES, type Language, languageOf, VERDICT_LOOKS, VERDICT_TEXTS } from './verdict-texts.ts'
export {
  createVerificationService as createVerification,
  type ScanCommand,
  type ScanContext,
  type Verification,
} from './verification.service.ts'
