import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import type { Task } from '../jobs/task.ts'
import { deleteFiles, type FileContext } from './file-lifecycle.ts'
import { isUnreferenced } from './references.ts'

const filesAtOnce = 500
const locationsAtOnce = 100
const rowsAtOnce = 20_000

/**
 * Deletes files that nothing has referenced for a day, then removes stored bytes without a file: broken uploads and
 * deleted files. Each step queries what is left to do, so a run can be interrupted and two runs can overlap.
 */
export const removeUnusedFiles: Task<object, FileContext> = {
  name: 'remove-unused-files',
  schedule: '17 * * * *',
  async run({ db, files }, _payload, signal) {
    while (await releaseFiles(db)) signal.throwIfAborted()
    await releaseJobFiles(db)
    await markUnused(db)
    await deleteUnused(db, signal)
    await removeLeftovers({ db, files }, signal)
  },
}

/**
 * Releases a portion of the files that deleted user fields (custom fields) referenced, and returns how many. Those
 * fields are no longer visible.
 */
async function releaseFiles(db: Database): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from record_file where id in (select id from record_file where field ~ '^f_[0-9]+$'
      and not exists (select from user_field where record_file.field = 'f_' || user_field.id) limit ${rowsAtOnce})`.execute(
    db,
  )
  return Number(numAffectedRows)
}

/** How many days a job keeps the file that it made. */
export const jobFileDays = 7

/** Releases the files that jobs made some days ago. */
async function releaseJobFiles(db: Database): Promise<void> {
  await sql`update local.job set file_id = null
    where file_id is not null and finished_at < now() - make_interval(days => ${jobFileDays})`.execute(db)
}

/** Starts the day of a file when it is first found unused, so that a file removed from a record can be added again. */
async function markUnused(db: Database): Promise<void> {
  await sql`update file set unused_since = now() where unused_since is null and ${isUnreferenced}`.execute(db)
  await sql`update file set unused_since = null where unused_since is not null and not ${isUnreferenced}`.execute(db)
}

async function deleteUnused(db: Database, signal: AbortSignal): Promise<void> {
  for (let gone = 1; gone > 0; ) {
    signal.throwIfAborted()
    gone = await inTransaction(db, async (trx) => {
      // The rows are locked first and checked again on deletion: a transaction that references a file locks it until
      // commit.
      const { rows } = await sql<{ id: number }>`
        select id from file where unused_since < now() - interval '1 day' and ${isUnreferenced}
        order by id limit ${filesAtOnce} for update skip locked`.execute(trx)
      return (
        await deleteFiles(
          trx,
          rows.map(({ id }) => id),
        )
      ).length
    })
  }
}

async function removeLeftovers({ db, files }: FileContext, signal: AbortSignal): Promise<void> {
  const faults: unknown[] = []
  for (let last: string | undefined = ''; last !== undefined; ) {
    const rows: { location: string }[] = await db
      .selectFrom('local.file_leftover')
      .select('location')
      .where('remove_after', '<=', sql<string>`now()`)
      .where('location', '>', last)
      .orderBy('location')
      .limit(locationsAtOnce)
      .execute()
    for (const { location } of rows) {
      signal.throwIfAborted()
      try {
        await files.remove(location)
        await db.deleteFrom('local.file_leftover').where('location', '=', location).execute()
      } catch (error) {
        // A location that cannot be removed must not block the others.
        faults.push(error)
      }
    }
    last = rows.at(-1)?.location
  }
  if (faults.length) throw faults[0]
}
