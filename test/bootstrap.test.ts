import { execFile } from 'node:child_process'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { type TempDir, tempDir } from './support/temp-dir.ts'

const root = join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const run = promisify(execFile)

type NodeFinder = { isNewEnough(version: string): boolean }
type Commands = { COMMANDS: Record<string, { file?: string; bin?: string[] }> }

/** Enters the lock, says so in a file, stays a moment, and says that it leaves. */
const HOLDER = `
  const { withLock } = require(${JSON.stringify(join(root, 'scripts/lib/lock.cjs'))})
  const { appendFileSync } = require('node:fs')
  const [folder, stayMs] = process.argv.slice(1)
  withLock(async () => {
    appendFileSync(folder + '/log', 'in\\n')
    await new Promise((resolve) => setTimeout(resolve, Number(stayMs)))
    appendFileSync(folder + '/log', 'out\\n')
  }, folder)
`

describe('bootstrap', () => {
  let folder: TempDir

  beforeEach(async () => {
    folder = await tempDir()
  })
  afterEach(() => folder.remove())

  const hold = (stayMs: number) => run(process.execPath, ['-e', HOLDER, folder.path, String(stayMs)])
  const log = () => readFile(join(folder.path, 'log'), 'utf8')

  it('lets one process at a time prepare the folder', async () => {
    await Promise.all([hold(60), hold(60), hold(60)])
    expect(await log()).to.equal('in\nout\n'.repeat(3))
  })

  it('takes over from a process that died', async () => {
    const { stdout } = await run(process.execPath, ['-e', 'console.log(process.pid)'])
    await writeFile(join(folder.path, 'lock'), stdout.trim())
    await hold(0)
    expect(await log()).to.equal('in\nout\n')
  })

  it('takes over a lock whose process id has become that of a stranger', async () => {
    const lock = join(folder.path, 'lock')
    await writeFile(lock, String(process.pid))
    await utimes(lock, 1, 1)
    await hold(0)
    expect(await log()).to.equal('in\nout\n')
  })

  it('goes on under Node from 22.19, 23.6 and 24, and fetches one below', () => {
    const { isNewEnough } = require('../scripts/lib/node.cjs') as NodeFinder
    const enough = ['22.19.0', '22.22.1', '23.6.0', '24.0.0', '26.1.0']
    const tooOld = ['18.20.0', '20.20.2', '21.7.0', '22.18.9', '23.5.0']
    expect(enough.filter(isNewEnough)).to.deep.equal(enough)
    expect(tooOld.filter(isNewEnough)).to.deep.equal([])
  })

  it('knows each script of package.json', async () => {
    const { COMMANDS } = require('../scripts/lib/commands.cjs') as Commands
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = Object.values(manifest.scripts).map((script) =>
      script.replace(/^(exec )?node scripts\/bootstrap\.cjs /, ''),
    )
    expect(named.filter((name) => COMMANDS[name] === undefined)).to.deep.equal([])
  })

  it('says which commands there are when it is asked for another', async () => {
    const bootstrap = join(root, 'scripts/bootstrap.cjs')
    const failure = await run(process.execPath, [bootstrap, 'fly']).catch((error: unknown) => error)
    expect(failure).to.include({ code: 1 })
    expect((failure as { stderr: string }).stderr).to.match(/^\nUnknown command fly\. There are: start, /)
  })
})
