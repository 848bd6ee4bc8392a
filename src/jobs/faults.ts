import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { placeholdersOf } from '../errors/messages.ts'
import type { Params } from '../errors/problem.ts'

/** A fault of a row or record of a job. Values of people stay in the file or the record: no message shows them. */
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
  /** The parameters of the message, with the labels of its field and of the allowed values. The others are not saved. */
  params: Params
}

const longestParam = 200

/** Returns the parameters that the message of a fault shows: limits, ids, external keys, names of fields and stages. */
function shownParams({ code, params }: JobFault): Params {
  const labels = Object.keys(params).filter((name) => typeof params[name] === 'object')
  const shown = new Set([...placeholdersOf(code).filter((name) => params[name] !== undefined), ...labels])
  return Object.fromEntries([...shown].map((name) => [name, storable(params[name]!)]))
}

/** Returns a short value that jsonb accepts: without NUL characters and halves of characters. */
function storable(value: Params[string]): Params[string] {
  if (typeof value === 'object') return { en: String(storable(value.en)), ru: String(storable(value.ru)) }
  if (typeof value === 'number') return value
  const text = value.replaceAll('\0', '')
  return (text.length > longestParam ? `${text.slice(0, longestParam - 1)}…` : text).toWellFormed()
}

/** Saves faults of a job. The records are of the given type. */
export async function saveFaults(
  trx: Transaction,
  { jobId, typeId }: { jobId: number; typeId: number | null },
  faults: readonly JobFault[],
): Promise<void> {
  if (!faults.length) return
  const rows = faults.map((fault) => ({ ...fault, params: shownParams(fault) }))
  await sql`insert into local.job_fault
      (job_id, row_number, line, type_id, record_id, column_name, severity, code, params)
    select ${jobId}, row, line, case when "recordId" is not null then coalesce("typeId", ${typeId}::bigint) end, "recordId", "column",
      severity, code, params
    from json_to_recordset(${JSON.stringify(rows)}) as v
      (row bigint, line bigint, "recordId" bigint, "typeId" bigint, "column" text, severity text, code text, params jsonb)`.execute(
    trx,
  )
}
