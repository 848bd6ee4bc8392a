/**
 * Gives other requests their turn within a long loop: awaited in each round, it goes on at once until so many
 * milliseconds have passed since the last turn.
 */
export function pacer(milliseconds = 20): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < milliseconds) return undefined
    return new Promise((resolve) =>
      setImmediate(() => {
        since = performance.now()
        resolve()
      }),
    )
  }
}
