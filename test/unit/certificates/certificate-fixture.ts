import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Gtin, Serial } from '../../../server/kernel/gs1.ts'
import { type Certificate, readCertificate } from '../../../server/modules/certificates/index.ts'
import { mintItems } from '../../../server/modules/certificates/mint.ts'
import type { MintedItem } from '../../../server/modules/items/index.ts'

/** Order of P-256 (SEC 2 section 2.4.2). */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
export const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const KID = 'k'.repeat(43)
export const SALTS = Buffer.from(Array.from({ length: 64 }, (_, i) => i))

export const BATCH = {
  id: 'bat_1',
  total: 4,
  createdAtMs: Date.UTC(2026, 10, 23),
  secret: Buffer.alloc(32, 1),
  statusKey: Buffer.alloc(32, 2),
}
export const BRAND = { id: 'maison-exemple.com', name: 'Maison "Exemple"', did: 'did:web:maison-exemple.com' }

/** Two items to mint: one with every fact, one with the required only. */
export function jobOf(privateKey: KeyObject): Parameters<typeof mintItems>[0] {
  const none = {
    category: null,
    colour: null,
    materials: null,
    countryOfProduction: null,
    productionDate: null,
    facility: null,
    currency: null,
    retailPrice: null,
  }
  const key = { gtin: '09521234001157' as Gtin, model: 'Sac "Émeraude" 手' }
  const full = {
    category: 'handbag',
    colour: 'noir',
    countryOfProduction: 'FR',
    productionDate: '2026-08-02',
    facility: 'ATELIER-07',
    currency: 'EUR',
    retailPrice: '4321',
  }
  const rows = [
    { ...none, ...key, ...full, serial: 'A/1' as Serial },
    { ...none, ...key, serial: 'A2' as Serial },
  ]
  return {
    brand: BRAND,
    batch: BATCH,
    firstIndex: 0,
    rows,
    salts: SALTS.subarray(0, 32),
    publicUrl: 'https://cachet.test',
    kid: KID,
    privateKey,
  }
}

export function mint(): ReturnType<typeof mintItems> {
  return mintItems(jobOf(keys.privateKey))
}

export function minted(): MintedItem[] {
  return mint().items
}

export function certificateOf(item: MintedItem): Certificate {
  const reading = readCertificate(item.certificate)
  if (!reading.ok) throw new Error(reading.fault)
  return reading.certificate
}
