import { isAppError } from '../../kernel/errors.ts'
import { type ItemKey, parseDigitalLink } from '../../kernel/gs1.ts'
import type { Certificate } from '../certificates/index.ts'

/** The item a certificate names, by its link, GTIN and serial; null when the three do not name one item. */
export function namedKey({ payload }: Pick<Certificate, 'payload'>): ItemKey | null {
  const { id, product } = payload.credentialSubject
  try {
    const { gtin, serial } = parseDigitalLink(id)
    return product.registeredId === gtin && product.serialNumber === serial ? { gtin, serial } : null
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}
