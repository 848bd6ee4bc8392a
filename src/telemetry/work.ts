import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span } from './traces.ts'

/** A statement that the database was given; of its values nothing is known here. */
export interface Statement {
  sql: string
  milliseconds: number
  error?: unknown
}

/** Where what is worth a line goes, under the trace id of the work. */
export interface WorkLog {
  warn(fields: object, message: string): void
}

/** What watches a piece of work. */
export interface WorkWatch {
  log: WorkLog
  /** Statements that take at least so long are logged; none when it is not given. */
  slowStatementMs?: number | undefined
  span?: Span | undefined
}

// Longer than this are only statements that were generated; their beginning tells them apart.
const longestSql = 10_000

/** A request or a run of a task: whatever it asks of the database is known to belong to it. */
export class Work {
  /** The operation of the API, or the task. */
  readonly operation: string
  readonly traceId: string
  readonly span: Span | undefined
  /** The ids of who asks, once that is known. */
  caller: { userId: number; keyId: number } | undefined
  /** The code of the problem it ended with. */
  problem: string | undefined
  readonly #watch: WorkWatch

  constructor(operation: string, traceId: string, watch: WorkWatch) {
    this.operation = operation
    this.traceId = traceId
    this.span = watch.span
    this.#watch = watch
  }

  /** Notes a statement that was run for it. */
  statement({ sql, milliseconds, error }: Statement): void {
    const { log, slowStatementMs = Number.POSITIVE_INFINITY, span } = this.#watch
    const text = sql.length > longestSql ? `${sql.slice(0, longestSql)}…` : sql
    span?.statement({ sql: text, milliseconds, error })
    if (milliseconds < slowStatementMs) return
    log.warn({ operation: this.operation, ms: Math.round(milliseconds), sql: text }, 'slow statement')
  }
}

const storage = new AsyncLocalStorage<Work>()

/** The work that is being done here, if it is known. */
export function currentWork(): Work | undefined {
  return storage.getStore()
}

/** Runs something as a part of this work. */
export function inWork<T>(work: Work, run: () => T): T {
  return storage.run(work, run)
}
