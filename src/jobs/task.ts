import type { Database } from '../database/connect.ts'

/** What every task finds in its context; src/tasks.ts says what else there is. */
export interface TaskContext {
  db: Database
}

/** A kind of work that is done after the answer. Its payload holds ids, never what they stand for. */
export interface Task<Payload extends object, Context extends TaskContext> {
  name: string
  /** When it is to be done by itself: a cron expression, in UTC. Its payload is empty then. */
  schedule?: string
  /**
   * Does the work. It may be called again for the same payload when a process was killed in the middle of it, so each
   * of its steps must see whether it was done. When the signal aborts it throws, and is called again elsewhere.
   */
  run(context: Context, payload: Payload, signal: AbortSignal): Promise<void>
  /** Called instead when it was tried often enough. */
  giveUp?(context: Context, payload: Payload): Promise<void>
}
