import { setTimeout as pause } from 'node:timers/promises'
import { isModelChanged } from '../errors/database-errors.ts'

/** How long it is tried to keep up with a model that changes. */
const patience = 2_000
const longestPause = 50

/**
 * Runs work again while the model changes under it: a field that it names was deleted after the catalogue was read. The
 * work reads the catalogue anew each time, and is one transaction or changes nothing.
 */
export async function whileModelChanges<T>(work: (attempt: number) => Promise<T>): Promise<T> {
  const until = performance.now() + patience
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      if (!isModelChanged(error) || performance.now() > until) throw error
      if (attempt > 1) await pause(Math.random() * longestPause)
    }
  }
}
