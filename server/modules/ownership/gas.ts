import { createHmac } from 'node:crypto'
import { isoDate } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { OwnershipDeps } from './ports.ts'

/** For whom the relayer pays: each is counted on its own. A person is known by the owner's account alone. */
export type Payers = {
  readonly brandId: string
  readonly tokenId: string
  readonly account: string | null
  /** Coarse network address the request came from. */
  readonly network: string | null
}

/** Persons behind one network: a family, an office, a shop. */
const PERSONS_A_NETWORK = 10
const PSEUDONYM_BYTES = 16

/**
 * Takes the gas of one act from each account it counts against, or from none. Throws `ownership.gas_too_many` with which
 * of them is used up. Accounts of persons and networks stand under pseudonyms that change every day.
 */
export async function payGas(
  {
    budgets,
    limits,
    clock,
    pseudonymKey,
  }: Pick<OwnershipDeps, 'budgets' | 'limits' | 'clock' | 'pseudonymKey'>,
  payers: Payers,
  amount: number,
): Promise<void> {
  const day = isoDate(clock.nowMs())
  const pseudonym = (text: string): string =>
    createHmac('sha256', pseudonymKey)
      .update(`gas:${day}:${text}`)
      .digest()
      .subarray(0, PSEUDONYM_BYTES)
      .toString('base64url')
  const accounts = [
    { of: 'brand', name: `brand:${payers.brandId}`, limit: limits.brand },
    { of: 'item', name: `item:${payers.tokenId}`, limit: limits.item },
    ...(payers.account === null
      ? []
      : [{ of: 'person', name: `person:${pseudonym(payers.account)}`, limit: limits.person }]),
    ...(payers.network === null
      ? []
      : [
          {
            of: 'network',
            name: `network:${pseudonym(payers.network)}`,
            limit: limits.person * PERSONS_A_NETWORK,
          },
        ]),
  ]
  const taken: string[] = []
  for (const { of, name, limit } of accounts) {
    if (await budgets.take(name, day, { amount, limit })) {
      taken.push(name)
      continue
    }
    for (const earlier of taken) await budgets.giveBack(earlier, day, amount)
    const message = `the gas that this service pays for one ${of} in a day is used up; try again tomorrow`
    throw new AppError('ownership.gas_too_many', message, { limitOf: of, limit, day })
  }
}
