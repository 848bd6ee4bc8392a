import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'

/** A job that merges groups of duplicates. */
export interface MergingRun {
  typeId: number
  typeCode: string
  /** Whether it only counts what it would merge. */
  dryRun: boolean
}

/** Returns what a job merges. Undefined if its type was deleted. */
export async function readRun(db: Database, jobId: number): Promise<MergingRun | undefined> {
  const { rows } =
    await sql<MergingRun>`select run.type_id as "typeId", type.code as "typeCode", run.dry_run as "dryRun"
    from local.duplicate_merge as run join record_type as type on type.id = run.type_id where run.job_id = ${jobId}`.execute(
      db,
    )
  return rows[0]
}

/** A group of a job. */
export interface StoredGroup {
  place: number
  /** In their order. */
  ids: number[]
}

/** Stores the groups of a job. Their places begin with 1. */
export async function storeGroups(
  trx: Transaction,
  jobId: number,
  groups: readonly (readonly number[])[],
): Promise<void> {
  await sql`insert into local.duplicate_merge_group (job_id, place, ids)
    select ${jobId}, item.place, array(select jsonb_array_elements_text(item.ids)::bigint)
    from jsonb_array_elements(${JSON.stringify(groups)}::jsonb) with ordinality as item (ids, place)`.execute(trx)
}

/** Reads the next groups of a job, from a place on. */
export async function readGroups(db: Database, jobId: number, from: number, limit: number): Promise<StoredGroup[]> {
  const { rows } = await sql<StoredGroup>`select place, ids from local.duplicate_merge_group
    where job_id = ${jobId} and place >= ${from} order by place limit ${limit}`.execute(db)
  return rows
}
