import { CsvSyntaxFault } from '../csv/fault.ts'
import { checkCsv, readCsv } from '../csv/read.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { type Job, JobLost, lockJob, saveProgress, setTotal } from '../jobs/job.ts'
import { JobFailed } from '../jobs/job-task.ts'
import { changeOnline } from '../user-fields/change-columns.ts'
import { indexTask } from '../user-fields/make-indexes.ts'
import type { StoredImport } from './find-import.ts'
import { createMissing } from './missing/create-missing.ts'
import { asked, nothingMissing } from './missing/missing.ts'
import { missingOf } from './missing-of-file.ts'
import type { ImportPlan } from './plan.ts'
import { type Readings, surveyFile } from './survey.ts'
import type { ImportContext } from './task.ts'

/** What is known when a file has been looked through: how its columns are read, and the first result of the job. */
export interface LookedThrough {
  readings: Readings
  result: Job['result']
}

/**
 * Reads the whole file before anything is written, so that a malformed file creates no records, and each column is read
 * in one way. Saves the number of rows and the readings of the columns, together with the missing fields and entries
 * that it creates: once, however often the job starts. Throws JobLost if another process did it.
 */
export async function lookThrough(
  { db, access: maker, queue }: Pick<ImportContext, 'db' | 'access' | 'queue'>,
  job: Job,
  { typeCode, open, dialect, options }: StoredImport,
  plan: ImportPlan,
): Promise<LookedThrough> {
  const { create, dryRun } = options
  const missing = create ? asked(await legible(() => missingOf(plan, readCsv(open, dialect))), create) : nothingMissing
  const survey = surveyFile(plan, options, missing.fields)
  const { rows } = await legible(() => checkCsv(open, dialect, survey.see))
  const readings = survey.readings()
  const caller = await maker.ofJob(db, job)
  const save = async (trx: Transaction): Promise<LookedThrough> => {
    await lockJob(trx, job)
    await saveReadings(trx, job, readings)
    await setTotal(trx, job.id, rows)
    if (!create) return { readings, result: job.result }
    const creating = { typeCode, queue, accessNow: () => maker.within(trx, caller) }
    const named = dryRun ? { toCreate: missing } : { added: await createMissing(trx, missing, creating) }
    const result = { ...job.result, ...named }
    await saveProgress(trx, { ...job, result })
    return { readings, result }
  }
  if (!missing.fields.length) return await inTransaction(db, save)
  await queue.prepare(indexTask)
  return await changeOnline(db, save, {})
}

async function saveReadings(trx: Transaction, { id }: Job, readings: Readings): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('local.import')
    .set({ readings: JSON.stringify(readings) })
    .where('job_id', '=', id)
    .where('readings', 'is', null)
    .executeTakeFirstOrThrow()
  if (!numUpdatedRows) throw new JobLost()
}

/** Fails the job if the file is malformed, or if its mapping names a field that was deleted since. */
export async function legible<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof CsvSyntaxFault) throw new JobFailed(error.code, { line: error.line })
    const [fault] = error instanceof Problem ? error.faults : []
    throw fault ? new JobFailed(fault.code, fault.params) : error
  }
}
