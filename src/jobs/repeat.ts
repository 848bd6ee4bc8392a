/** Runs a function at an interval in milliseconds until stopped. Runs do not overlap. */
export function repeat(
  every: number,
  round: () => Promise<void>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let present: Promise<void> | undefined
  const timer = setInterval(() => {
    present ??= round()
      .catch(onError)
      .finally(() => {
        present = undefined
      })
  }, every)
  return {
    async stop() {
      clearInterval(timer)
      await present
    },
  }
}
