import type { Database } from '../database/connect.ts'

/** The context of every task. src/tasks.ts adds the rest. */
export interface TaskContext {
  db: Database
}

/** A kind of background work. Its payload contains only ids, never data of records. */
export interface Task<Payload extends object, Context extends TaskContext> {
  name: string
  /**
   * Cron expression in UTC for runs with an empty payload. Each run happens in one process. Runs that were missed while
   * no process was running are made up for once.
   */
  schedule?: string
  /**
   * Does the work. It can be called again with the same payload after a process was killed, so each step must check
   * whether it was already done. It must throw when the signal aborts, and is then called again in another process.
   */
  run(context: Context, payload: Payload, signal: AbortSignal): Promise<void>
  /** Called when the retries are used up. */
  giveUp?(context: Context, payload: Payload): Promise<void>
}
