/** Does something every so many milliseconds, one round at a time, until it is stopped. */
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
