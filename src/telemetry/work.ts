import { AsyncLocalStorage } from 'node:async_hooks'
import type { CompiledQuery } from 'kysely'
import { BusyTime } from './busy-time.ts'
import type { Span } from './traces.ts'

/** A database statement, without its parameter values. */
export interface Statement {
  sql: string
  milliseconds: number
  error?: unknown
}

/** The log of a work context. Its lines have the trace id. */
export interface WorkLog {
  warn(fields: object, message: string): void
}

/** Options for tracing and logging a work context. */
export interface WorkWatch {
  log: WorkLog
  /** Statements that take at least this long are logged. By default none are. */
  slowStatementMs?: number | undefined
  span?: Span | undefined
}

// Only generated statements are longer. Their beginning identifies them.
const longestSql = 10_000

/**
 * Sends a statement in the same round trip as the first statement of a work context, ahead of it. The promise rejects if
 * the result of that first statement must not be used.
 */
export type Ahead = (send: (statement: CompiledQuery) => Promise<unknown[]>) => Promise<void>

/** The context of a request or a run of a task, to which its database statements are attributed. */
export class Work {
  /** The `operationId` or the name of the task. */
  readonly operation: string
  readonly traceId: string
  readonly span: Span | undefined
  /** The time that was spent waiting for the database. */
  readonly database = new BusyTime()
  /** The caller, once authenticated. */
  caller: { userId: number; keyId: number } | undefined
  /** The code of the problem that the request ended with. */
  problem: string | undefined
  /** What goes ahead of the first statement. */
  ahead: Ahead | undefined
  readonly #watch: WorkWatch

  constructor(operation: string, traceId: string, watch: WorkWatch) {
    this.operation = operation
    this.traceId = traceId
    this.span = watch.span
    this.#watch = watch
  }

  /** Returns what goes ahead of the first statement, to the first caller only. */
  takeAhead(): Ahead | undefined {
    const { ahead } = this
    this.ahead = undefined
    return ahead
  }

  /** Records a statement. Logs it when it is slow. */
  statement({ sql, milliseconds, error }: Statement): void {
    const { log, slowStatementMs = Number.POSITIVE_INFINITY, span } = this.#watch
    const text = sql.length > longestSql ? `${sql.slice(0, longestSql)}…` : sql
    span?.statement({ sql: text, milliseconds, error })
    if (milliseconds < slowStatementMs) return
    log.warn({ operation: this.operation, ms: Math.round(milliseconds), sql: text }, 'slow statement')
  }
}

const storage = new AsyncLocalStorage<Work>()

/** Returns the current work context, if there is one. */
export function currentWork(): Work | undefined {
  return storage.getStore()
}

/** Runs a function in this work context. */
export function runInWork<T>(work: Work, run: () => T): T {
  return storage.run(work, run)
}
