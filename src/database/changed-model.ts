import { setTimeout as pause } from 'node:timers/promises'
import { isModelChanged } from '../errors/database-errors.ts'
import { StaleAccess } from '../errors/stale-access.ts'

/** How long to retry, in milliseconds. */
const patience = 2_000
const longestPause = 50

/**
 * Reads what depends on the catalogue and does work with it. Repeats both while they fail because the model changed: a
 * field was deleted after the catalogue was read. The work must be a single transaction or read-only.
 */
export async function retryOnModelChange<Fresh, T>(
  read: (isAgain: boolean) => Promise<Fresh>,
  work: (fresh: Fresh) => Promise<T>,
): Promise<T> {
  const until = performance.now() + patience
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(await read(attempt > 1))
    } catch (error) {
      const isStale = error instanceof StaleAccess || isModelChanged(error)
      if (!isStale || performance.now() > until) throw error
      if (attempt > 1) await pause(Math.random() * longestPause)
    }
  }
}
