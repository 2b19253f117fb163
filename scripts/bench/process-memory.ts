import { readFileSync } from 'node:fs'

const SAMPLE_EVERY_MS = 200

/** Watches the memory of a process and all its descendants: proportional set size, so that shared pages count once. */
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
  const pss = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1]
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number).filter(Boolean)
  return Number(pss ?? 0) + children.reduce((sum, child) => sum + treeKb(child), 0)
}

/** A process that has ended meanwhile has no memory. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
