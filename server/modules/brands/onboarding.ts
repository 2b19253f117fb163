import type { Hex } from '../../kernel/bytes.ts'
import type { ChainCall } from '../../kernel/chain-facts.ts'
import type { StoredBrand } from './ports.ts'

/** One chain write that a brand's present state asks for. Ids are fixed, so that a step is never written twice. */
export type ChainStep = { readonly id: string; readonly call: ChainCall }

/**
 * The chain writes of a brand, in the order in which each needs the one before: the brand with its prefixes, the
 * gateway's anchoring account, the certificate keys, and what became of them.
 */
export function chainSteps(brand: StoredBrand, relayer: Hex): ChainStep[] {
  const write = (step: string, method: string, args: readonly unknown[]): ChainStep => ({
    id: `brand:${brand.id}:${step}`,
    call: { contract: 'BrandRegistry', method, args },
  })
  const registered = [
    write('register', 'registerBrand', [brand.id, relayer, brand.prefixes]),
    write('anchorer', 'setAnchorer', [brand.chainId, relayer, true]),
  ]
  const keys = brand.keys.flatMap((key) => {
    const validFrom = Math.floor(key.createdAtMs / 1000)
    const steps = [write(`key:${key.kid}`, 'registerKey', [brand.chainId, key.thumbprint, validFrom, 0])]
    if (key.status === 'retired')
      steps.push(write(`retire:${key.kid}`, 'retireKey', [brand.chainId, key.thumbprint]))
    return steps
  })
  return [...registered, ...keys]
}
