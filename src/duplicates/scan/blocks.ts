import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { allRecords } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { comparingOf } from '../comparing.ts'
import { largestBlock } from '../keys.ts'
import { changedSince, liveAmong } from './begin.ts'

/** A full scan makes its blocks in parts, each in a transaction of some seconds, so that sorting needs little space. */
export const keyParts = 16

/** Finds the records that share keys, for one part of all keys. Keys that too many records have are left out. */
export async function makeBlocks(trx: Transaction, grant: Grant, jobId: number, part: number): Promise<void> {
  const keys = allRecords(grant).select(sql`record.id, unnest(record.duplicate_keys) as key`)
  // The lowest bits are the pass, so the next ones divide the keys evenly.
  await sql`insert into local.duplicate_block (job_id, lowest, ids)
    select ${jobId}, ids[1], ids from (
      select array_agg(id order by id) as ids from (${keys}) as each
      where ((key >> 5) & ${sql.lit(keyParts - 1)}) = ${part}
      group by key having count(*) between 2 and ${largestBlock(comparingOf(grant.type), sql`key`)}) as blocks
    group by blocks.ids order by blocks.ids`.execute(trx)
}

/** Finds the records that share keys with changed ones. */
export async function makeBlocksOfChanged(trx: Transaction, grant: Grant, jobId: number, since: string): Promise<void> {
  const keys = liveAmong(grant, changedSince(grant, since)).select(sql`distinct unnest(record.duplicate_keys) as key`)
  const ofKey = allRecords(grant)
    .and(sql`record.duplicate_keys @> array[each.key]`)
    .select(sql`array_agg(record.id order by record.id) as ids, count(*) as n`)
  await sql`insert into local.duplicate_block (job_id, lowest, ids)
    select ${jobId}, found.ids[1], found.ids from (${keys}) as each cross join lateral (${ofKey}) as found
    where found.n between 2 and ${largestBlock(comparingOf(grant.type), sql`each.key`)}`.execute(trx)
}

/** Returns the number of blocks that are left. */
export async function countBlocks(db: Database, jobId: number): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as n from local.duplicate_block where job_id = ${jobId}`.execute(db)
  return rows[0]?.n ?? 0
}

/** Records with a common key. */
export interface Block {
  /** The smallest of the ids. */
  lowest: number
  ids: number[]
}

/** Reads the next blocks of a scan: all blocks of some more first records. */
export async function readBlocks(db: Database, jobId: number, after: number, limit: number): Promise<Block[]> {
  const { rows } = await sql<Block>`select lowest, ids from local.duplicate_block
    where job_id = ${jobId} and lowest > ${after} order by lowest
    fetch first ${sql.lit(limit)} rows with ties`.execute(db)
  return rows
}

/** Reads a random part of the blocks, and what share of all it is. */
export async function readSampleBlocks(
  db: Database,
  jobId: number,
  most: number,
): Promise<{ blocks: Pick<Block, 'ids'>[]; share: number }> {
  const all = await countBlocks(db, jobId)
  const share = Math.min(1, most / Math.max(1, all))
  // The hash makes a scan that is resumed choose the same blocks.
  const chosen = sql`abs(hashint8(id)::bigint) < ${share}::double precision * 2147483648`
  const { rows } = await sql<Pick<Block, 'ids'>>`select ids from local.duplicate_block
    where job_id = ${jobId} and (${share >= 1} or ${chosen})`.execute(db)
  return { blocks: rows, share }
}

/** Deletes the blocks up to this first record, which are compared. */
export async function deleteBlocks(trx: Transaction, jobId: number, last: number): Promise<void> {
  await sql`delete from local.duplicate_block where job_id = ${jobId} and lowest <= ${last}`.execute(trx)
}
