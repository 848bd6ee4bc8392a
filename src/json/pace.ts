/**
 * Returns a function that a long loop awaits in each round, so that other requests can run. It yields to the event loop
 * once this many milliseconds have passed since the last time.
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
