import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Params } from '../errors/problem.ts'

/** A fault of a row or record of a job: its code and place, never a value. */
export interface JobFault {
  /** The row of the file, and the line where it starts. */
  row?: number
  line?: number
  /** The record, if there is one, and its type if it is not that of the job. */
  recordId?: number
  typeId?: number
  /** The name of the column, or the path of the field. Null if the fault concerns the whole row or record. */
  column: string | null
  severity: 'error' | 'warning' | 'info'
  code: string
  params: Params
}

const aboutFields = ['limit', 'min', 'max', 'expected', 'format', 'type', 'source', 'stage', 'from', 'to']

/** Keeps the parameters that messages need, and the named ones; the others may contain parts of values. */
export function impersonal(params: Params, ...more: readonly string[]): Params {
  return Object.fromEntries(Object.entries(params).filter(([name]) => [...aboutFields, ...more].includes(name)))
}

/** Saves faults of a job. The records are of the given type. */
export async function saveFaults(
  trx: Transaction,
  { jobId, typeId }: { jobId: number; typeId: number | null },
  faults: readonly JobFault[],
): Promise<void> {
  if (!faults.length) return
  await sql`insert into local.job_fault
      (job_id, row_number, line, type_id, record_id, column_name, severity, code, params)
    select ${jobId}, row, line, case when "recordId" is not null then coalesce("typeId", ${typeId}::bigint) end, "recordId", "column",
      severity, code, params
    from json_to_recordset(${JSON.stringify(faults)}) as v
      (row bigint, line bigint, "recordId" bigint, "typeId" bigint, "column" text, severity text, code text, params jsonb)`.execute(
    trx,
  )
}
