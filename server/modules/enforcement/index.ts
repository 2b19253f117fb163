/**
 * Enforcement: a decision becomes a restriction with a case, a statement of reasons and a notice. Promises that the state,
 * its log entry and the notice still to be sent are one write, that a decision handled twice acts once, and that no
 * restriction is without a statement the EU transparency database would take.
 */
import type { Job } from '../../kernel/job.ts'
import { createEnforcementService, type EnforcementService } from './enforcement.service.ts'
import type { EnforcementDeps } from './ports.ts'

export { ENFORCEMENT_ERRORS } from './errors.ts'
export type { CaseStore, EnforcementDeps, TellAccount } from './ports.ts'
export { type StatementOfReasons, statementFaults } from './statement.ts'
export type { Case, CaseEntry, CaseState, GroundId, Measure } from './types.ts'
export type { EnforcementService }

export type EnforcementModule = { readonly service: EnforcementService; readonly job: Job }

const EVERY_MS = 5_000
const UNTOLD_MAX = 100

export function createEnforcement(deps: EnforcementDeps): EnforcementModule {
  const service = createEnforcementService(deps)
  return {
    service,
    job: { name: 'enforcement', everyMs: EVERY_MS, run: () => service.tellPending(UNTOLD_MAX) },
  }
}
