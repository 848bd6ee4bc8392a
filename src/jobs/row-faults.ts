import type { Database } from '../database/connect.ts'
import type { JobFault } from './faults.ts'

/** The faults of a row of a file. */
export interface RowFaults {
  row: number
  faults: Pick<JobFault, 'column' | 'severity' | 'code' | 'params'>[]
}

const faultsAtOnce = 2000

/** Yields the rows of a job that have faults, in the order of the file: chunks save their faults in that order. */
export async function* readRowFaults(db: Database, jobId: number): AsyncGenerator<RowFaults, void, undefined> {
  let present: RowFaults | undefined
  for (let last = 0; ; ) {
    const page = await db
      .selectFrom('local.job_fault')
      .select(['id', 'row_number as row', 'column_name as column', 'severity', 'code', 'params'])
      .where('job_id', '=', jobId)
      .where('id', '>', last)
      .where('row_number', 'is not', null)
      .orderBy('id')
      .limit(faultsAtOnce)
      .execute()
    for (const { id, row, ...fault } of page) {
      last = id
      if (present && present.row !== row) {
        yield present
        present = undefined
      }
      present ??= { row: Number(row), faults: [] }
      present.faults.push(fault)
    }
    if (page.length < faultsAtOnce) break
  }
  if (present) yield present
}
