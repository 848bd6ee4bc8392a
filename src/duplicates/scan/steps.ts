import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { countOnce, type Job } from '../../jobs/job.ts'
import type { ChunkOutcome } from '../../jobs/run-in-chunks.ts'
import type { Grant } from '../../rights/grant.ts'
import { judgeFor } from '../find-matches.ts'
import { saveLearned } from '../learned.ts'
import { beginScan, readChanged } from './begin.ts'
import { countBlocks, deleteBlocks, keyParts, makeBlocks, makeBlocksOfChanged } from './blocks.ts'
import { comparedPages } from './compare-blocks.ts'
import { finishScan } from './finish.ts'
import { learnFromBase } from './learn.ts'
import { readScan } from './progress.ts'
import { savePairs, storedPairs } from './save-pairs.ts'

/** A step of a scan, which is done in one transaction with the progress of the job. */
export type Step = (trx: Transaction, grant: Grant) => Promise<ChunkOutcome>

/** The job of a scan. */
export interface ScanRun {
  db: Database
  job: Job
  read(): Promise<Grant>
  /** Throws when the scan must stop, in the middle of a step. */
  goOn(): Promise<void>
  /** Called in the transaction that ends the scan. */
  onFinished(trx: Transaction, grant: Grant): Promise<void>
}

/** Yields the steps that a scan still has to do. */
export async function* scanSteps(run: ScanRun): AsyncGenerator<Step, void, undefined> {
  const { db, read } = run
  const jobId = run.job.id
  if ((await readScan(db, jobId))?.isFull === null) yield step((trx, grant) => beginScan(trx, grant, jobId))
  const { isFull, since, parts, isLearned } = (await readScan(db, jobId))!
  const lastPart = since === null ? keyParts : 1
  for (let part = parts; part < lastPart; part++) {
    yield step(async (trx, grant) => {
      await (since === null ? makeBlocks(trx, grant, jobId, part) : makeBlocksOfChanged(trx, grant, jobId, since))
      await setParts(trx, jobId, part + 1)
    })
  }
  const steps = { begin: 1, parts: lastPart, learn: isFull ? 1 : 0, finish: 1 }
  const counted = Object.values(steps).reduce((sum, count) => sum + count, 0)
  await countOnce(db, run.job, async () => counted + (await countBlocks(db, jobId)))
  if (isFull && !isLearned) {
    const lesson = await learnFromBase(db, await read(), jobId, run.goOn)
    yield step(async (trx, { type }) => {
      await saveLearned(trx, type, lesson)
      await sql`update local.duplicate_scan set is_learned = true where job_id = ${jobId}`.execute(trx)
    })
  }
  yield* comparingSteps(run, since)
  yield step(async (trx, grant) => {
    await finishScan(trx, grant, { jobId, isFull: isFull === true })
    await run.onFinished(trx, grant)
  })
}

/** Yields the steps that compare the blocks and store the pairs. */
async function* comparingSteps(
  { db, job: { id: jobId }, read }: ScanRun,
  since: string | null,
): AsyncGenerator<Step, void, undefined> {
  const grant = await read()
  const judge = await judgeFor(db, grant)
  const changed = since === null ? undefined : await readChanged(db, grant, since)
  for await (const page of comparedPages({ db, grant, jobId, judge, filter: storedPairs(judge), changed })) {
    yield async (trx, present) => {
      await savePairs(trx, present, { jobId, pairs: page.pairs })
      await deleteBlocks(trx, jobId, page.last)
      return { items: page.blocks, counters: { compared: page.compared, pairs: page.pairs.length } }
    }
  }
}

function step(work: (trx: Transaction, grant: Grant) => Promise<void>): Step {
  return async (trx, grant) => {
    await work(trx, grant)
    return { items: 1, counters: { compared: 0, pairs: 0 } }
  }
}

async function setParts(trx: Transaction, jobId: number, parts: number): Promise<void> {
  await trx.updateTable('local.duplicate_scan').set({ parts }).where('job_id', '=', jobId).execute()
}
