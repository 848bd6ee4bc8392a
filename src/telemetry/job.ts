import { randomBytes } from 'node:crypto'
import type { Traces } from './traces.ts'
import { runInWork, Work, type WorkLog } from './work.ts'

/** Options for tracing and logging runs of tasks. */
export interface JobWatch {
  log: WorkLog
  slowStatementMs?: number | undefined
  traces?: Traces | undefined
}

/** Runs a task in its own work context and trace. */
export async function runTraced(
  task: string,
  payload: object,
  { log, slowStatementMs, traces }: JobWatch,
  run: () => Promise<void>,
): Promise<void> {
  const traceId = randomBytes(16).toString('hex')
  const warn = (fields: object, message: string) => log.warn({ traceId, ...fields }, message)
  const { jobId } = payload as { jobId?: number }
  const span = traces?.begin('job', task, { traceId }, jobId === undefined ? {} : { 'kartoteka.job.id': jobId })
  try {
    await runInWork(new Work(task, traceId, { log: { warn }, slowStatementMs, span }), run)
    span?.end({})
  } catch (error) {
    span?.end({}, error instanceof Error ? error.name : 'error')
    throw error
  }
}
