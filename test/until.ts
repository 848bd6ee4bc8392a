import { setImmediate as nextTurn } from 'node:timers/promises'

/** Resolves when the condition holds. Fails after 30 seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It never came: ${holds}`)
    await nextTurn()
  }
}
