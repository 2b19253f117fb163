import { readFileSync } from 'node:fs'
import { expect } from 'chai'

/** How far a figure may move before somebody has to say that it should. */
const TOLERANCE = 0.02

/** Gas by what was done, from receipts. */
export type Gas = Readonly<Record<string, number>>

export function printGas(measured: Gas): void {
  for (const [name, gas] of Object.entries(measured)) console.log(`      ${name.padEnd(34)} ${gas}`)
}

/** Holds the figures against the file beside their test, which names the same ones. */
export function expectSnapshot(measured: Gas, snapshot: URL): void {
  const expected = JSON.parse(readFileSync(snapshot, 'utf8')) as Gas
  expect(Object.keys(measured)).to.deep.equal(Object.keys(expected))
  const moved = Object.entries(measured).filter(
    ([name, gas]) => !(Math.abs(gas / (expected[name] ?? 0) - 1) <= TOLERANCE),
  )
  expect(moved, 'update gas-snapshot.json where the change is meant').to.deep.equal([])
}
