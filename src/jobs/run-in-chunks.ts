import { retryOnModelChange } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import type { Problem } from '../errors/problem.ts'
import { type JobFault, saveFaults } from './faults.ts'
import { type Job, lockJob, saveProgress } from './job.ts'

/** What a chunk did. */
export interface ChunkOutcome {
  /** The number of items that it took from the rest of the job. */
  items: number
  /** The numbers that it adds to the result of the job. */
  counters: Readonly<Record<string, number>>
  faults?: readonly JobFault[]
}

/** Problems of items that the caller may not write, by the number of the item. */
type Denied = ReadonlyMap<number, Problem>

/** The job, and how its chunks are done. */
export interface ChunkedJob<Fresh> {
  db: Database
  job: Job
  signal: AbortSignal
  /**
   * Reads rights and fields for each chunk, because they may have changed since the last one. Runs before the
   * transaction, which may hold the only connection.
   */
  read: () => Promise<Fresh>
  /** The type of the records that faults name. */
  typeId?: number
  /** Runs the transaction of a chunk. It may run it again without denied items. */
  transaction?<T>(db: Database, work: (trx: Transaction, denied?: Denied) => Promise<T>): Promise<T>
}

const nothingDenied: Denied = new Map()

/**
 * Does the rest of a job and returns its result. Each chunk, its faults and the progress are saved in one transaction
 * that holds the job, so that each chunk is done once, even if a process is killed or two processes run the job. The
 * next chunk is requested when the last one is saved. Tasks whose steps may run twice, such as those that delete old
 * rows, need no progress and no job. Throws JobLost when the job was cancelled or another process did the chunk.
 */
export async function runInChunks<Chunk, Fresh>(
  { db, job, signal, read, typeId, transaction = inTransaction }: ChunkedJob<Fresh>,
  chunks: AsyncIterable<Chunk>,
  work: (trx: Transaction, chunk: Chunk, fresh: Fresh, denied: Denied) => Promise<ChunkOutcome>,
): Promise<Job['result']> {
  let progress: Pick<Job, 'id' | 'done' | 'result'> = job
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    const save = async (trx: Transaction, fresh: Fresh, denied = nothingDenied) => {
      await lockJob(trx, progress)
      const { items, counters, faults = [] } = await work(trx, chunk, fresh, denied)
      await saveFaults(trx, { jobId: job.id, typeId: typeId ?? null }, faults)
      const next = { id: job.id, done: progress.done + items, result: sum(progress.result, counters) }
      await saveProgress(trx, next)
      return next
    }
    progress = await retryOnModelChange(read, (fresh) => transaction(db, (trx, denied) => save(trx, fresh, denied)))
  }
  return progress.result
}

function sum(result: Job['result'], counters: ChunkOutcome['counters']): Job['result'] {
  const sums = Object.entries(counters).map(([name, n]) => [name, Number(result[name] ?? 0) + n])
  return { ...result, ...Object.fromEntries(sums) }
}
