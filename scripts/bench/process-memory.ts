import { readFileSync } from 'node:fs'

const SAMPLE_EVERY_MS = 200

/**
 * Watches the memory of a process and all its descendants: resident set sizes added up, so that pages they share count
 * more than once. (The proportional size would be exact, but reading it stops the process for tens of milliseconds.)
 */
export function watchMemory(pid: number): { stop(): number | null } {
  let peakKb = 0
  const timer = setInterval(() => {
    peakKb = Math.max(peakKb, treeKb(pid))
  }, SAMPLE_EVERY_MS)
  return {
    /** Peak in megabytes; null where the system does not tell (it is read from Linux' /proc). */
    stop() {
      clearInterval(timer)
      return peakKb === 0 ? null : peakKb / 1024
    },
  }
}

function treeKb(pid: number): number {
  const rss = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number).filter(Boolean)
  return Number(rss ?? 0) + children.reduce((sum, child) => sum + treeKb(child), 0)
}

/** A process that has ended meanwhile has no memory. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
