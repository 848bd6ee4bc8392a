import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'

/** How far a scan is. */
export interface Scan {
  typeCode: string
  /** Whether all records are compared. Null until the scan has begun. */
  isFull: boolean | null
  /** Whether a full scan was asked for. */
  asksFull: boolean
  /** The transaction from which on changes are compared. Null in a full scan. */
  since: string | null
  /** The number of parts of the keys whose blocks are made. */
  parts: number
  isLearned: boolean
}

/** Returns how far the scan of a job is. */
export async function readScan(db: Database, jobId: number): Promise<Scan | undefined> {
  return await db
    .selectFrom('local.duplicate_scan as scan')
    .innerJoin('record_type as type', 'type.id', 'scan.type_id')
    .select(['type.code as typeCode', 'scan.is_full as isFull', 'scan.asks_full as asksFull', 'scan.parts'])
    .select('scan.is_learned as isLearned')
    .select(sql<string | null>`scan.since::text`.as('since'))
    .where('scan.job_id', '=', jobId)
    .executeTakeFirst()
}
