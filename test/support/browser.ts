import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { CHROMIUM, findProgram } from '../../scripts/lib/system-tools.ts'

/** Headless, without a sandbox of its own (tests run as root in containers) and without calls home. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
]

/** How the machine's Chromium is launched; an error that says how to install it where there is none. */
export function launchOptions(): LaunchOptions {
  const executablePath = findProgram(CHROMIUM)
  if (executablePath === null)
    throw new Error(`Chromium is not installed: apt-get install ${CHROMIUM.debianPackage}`)
  return { executablePath, headless: true, args: ARGS }
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions())
}
