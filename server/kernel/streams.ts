/** Takes the first part of a stream before an answer begins, so that a refusal still becomes a problem. */
export async function started<T>(parts: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await parts.next()
  return (async function* () {
    if (first.done) return
    yield first.value
    yield* parts
  })()
}
