import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { computeAddress } from 'ethers'
import { type Hex, hexOf, toHex } from '../kernel/bytes.ts'
import { writePrivateFile } from '../kernel/files.ts'

/** Private keys of the accounts that deploy the contracts and send the gateway's transactions. */
export type ChainKeys = { readonly deployerKey: Hex; readonly relayerKey: Hex }

/** The keys of the embedded chain: those given, else those in FOLDER/keys.json (mode 600), made at the first start. */
export function embeddedKeys(
  folder: string,
  given: { deployerKey: Hex | null; relayerKey: Hex | null },
): ChainKeys {
  const file = join(folder, 'keys.json')
  if (!existsSync(file)) {
    const made = { deployerKey: hexOf(randomBytes(32)), relayerKey: hexOf(randomBytes(32)) }
    writePrivateFile(file, `${JSON.stringify(made, null, 2)}\n`)
  }
  const stored = JSON.parse(readFileSync(file, 'utf8')) as { deployerKey: string; relayerKey: string }
  return {
    deployerKey: given.deployerKey ?? toHex(stored.deployerKey, 32),
    relayerKey: given.relayerKey ?? toHex(stored.relayerKey, 32),
  }
}

/** Address of a private key, lower case. */
export function addressOf(privateKey: Hex): Hex {
  return toHex(computeAddress(privateKey), 20)
}
