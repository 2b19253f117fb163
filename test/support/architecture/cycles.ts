/** Circles of a directed graph, one for each edge that leads back to a node on the path walked. */
export function cycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>()
  const found: string[][] = []
  for (const start of edges.keys()) walk(start, [])
  return found

  function walk(node: string, path: readonly string[]): void {
    const seenAt = path.indexOf(node)
    if (seenAt >= 0) found.push([...path.slice(seenAt), node])
    if (seenAt >= 0 || done.has(node)) return
    for (const next of edges.get(node) ?? []) walk(next, [...path, node])
    done.add(node)
  }
}
