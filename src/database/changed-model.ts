import { setTimeout as pause } from 'node:timers/promises'
import { isModelChanged } from '../errors/database-errors.ts'

/** How long to retry, in milliseconds. */
const patience = 2_000
const longestPause = 50

/**
 * Runs work, and repeats it while it fails because the model changed: a field it uses was deleted after the catalogue
 * was read. The work must be a single transaction or read-only. Either it reads the catalogue each time, or `readAgain`
 * does so before each repetition.
 */
export async function whileModelChanges<T>(
  work: () => Promise<T>,
  readAgain: () => Promise<void> = async () => {},
): Promise<T> {
  const until = performance.now() + patience
  for (let attempt = 1; ; attempt++) {
    try {
      if (attempt > 1) await readAgain()
      return await work()
    } catch (error) {
      if (!isModelChanged(error) || performance.now() > until) throw error
      if (attempt > 1) await pause(Math.random() * longestPause)
    }
  }
}
