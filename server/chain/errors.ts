import type { ErrorDescription } from '../kernel/errors.ts'

/** The codes the chain part raises. Codes of contract reverts are `chain.` and the error's name in snake case. */
export const CHAIN_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  'chain.unreachable': {
    meaning:
      'No answer could be had from the chain: the endpoint is down, slow, or its newest block is too old.',
    remedy: 'Try again; see that CHAIN_RPC_URL answers.',
  },
  'chain.finality_broken': {
    meaning: 'A block that was final has another in its place: the chain went back on its word.',
    remedy:
      'Find out which history stands. It goes on by itself when the first is back; to take over the other, stop the service and run "npx cachet fsck --repair".',
  },
  'chain.events_withheld': {
    meaning: 'The endpoint leaves out events that the contract has counted and hashed.',
    remedy: 'It is asked again by itself; name a better endpoint, or several, in CHAIN_RPC_URL.',
  },
  'chain.rejected': {
    meaning: 'The endpoint answered a call with an error.',
    remedy: 'The message is the endpoint’s own.',
  },
  'chain.reverted': {
    meaning: 'The contract refused a call, for a reason that its ABI does not name.',
    remedy: 'See the data for contract, method and the bytes of the reason.',
  },
  'chain.wrong_network': {
    meaning: 'The endpoint serves a chain with another id than before.',
    remedy: 'Point CHAIN_RPC_URL at the chain the contracts are deployed on.',
  },
  'chain.not_allowed': {
    meaning: 'A page asked the chain something through this service that checking an item does not take.',
    remedy: 'Ask an endpoint of your own.',
  },
  'chain.bad_call': {
    meaning: 'A chain write does not fit the ABI of its contract.',
    remedy: 'Fix the caller.',
  },
  'chain.history_lost': {
    meaning: 'A block that must be taken back is missing from the stored history of the chain.',
    remedy: 'Stop the service and run "npx cachet fsck --repair".',
  },
  'chain.write_not_found': { meaning: 'There is no chain write with this id.', remedy: 'Submit it first.' },
  'chain.timeout': {
    meaning: 'A chain write was not settled in the time given.',
    remedy: 'It goes on in the background: ask again later.',
  },
  'chain.not_ready': {
    meaning: 'The chain has not been reached since the start, so the contracts are not known yet.',
    remedy: 'Try again; see that CHAIN_RPC_URL answers.',
  },
  'chain.in_use': {
    meaning: 'Another running gateway uses the embedded chain of this data folder.',
    remedy: 'Stop it, or use another CACHET_DATA_DIR.',
  },
  'chain.no_devnet': {
    meaning: 'The embedded chain has no program for this machine, or it did not start.',
    remedy: 'Set CHAIN_RPC_URL, or see the cause.',
  },
  'chain.not_compiled': {
    meaning: 'A contract that has to be deployed is not compiled.',
    remedy: 'Run "npx hardhat build".',
  },
  'chain.not_deployed': {
    meaning: 'There is no deployment on record for the endpoint’s chain, and no key to make one with.',
    remedy: 'Set CHAIN_DEPLOYER_KEY, or put the deployment’s files into its folder.',
  },
  'chain.deployment_failed': {
    meaning: 'A step of the deployment was refused, reverted, or not included in time.',
    remedy: 'See the message; starting again resumes the deployment with the same signed bytes.',
  },
  'chain.deployment_mismatch': {
    meaning: 'The recorded deployment is not what the chain has, or is of another chain or version.',
    remedy:
      'Point CHAIN_RPC_URL at the recorded chain, put its data back, or deploy anew into an empty folder.',
  },
}
