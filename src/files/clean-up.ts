import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import type { Task } from '../jobs/task.ts'
import { deleteFiles, type FileKeeping } from './file-lifecycle.ts'
import { unused } from './references.ts'

const filesAtOnce = 500
const locationsAtOnce = 100
const rowsAtOnce = 20_000

/**
 * Deletes files that nothing has named for a day, then removes bytes that no file has: of uploads that broke off and of
 * deleted files. Each step finds by itself what is left to do, so it may be cut short or run twice at the same time.
 */
export const removeUnusedFiles: Task<object, FileKeeping> = {
  name: 'remove-unused-files',
  schedule: '17 * * * *',
  async run({ db, files }, _payload, signal) {
    while (await releaseFiles(db)) signal.throwIfAborted()
    await noteUse(db)
    await deleteUnused(db, signal)
    await removeLeftovers({ db, files }, signal)
  },
}

/** Lets go some thousand of the files that deleted fields held, and answers how many; nobody is shown them any more. */
async function releaseFiles(db: Database): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from record_file where id in (select id from record_file where field ~ '^f_[0-9]+$'
      and not exists (select from user_field where record_file.field = 'f_' || user_field.id) limit ${rowsAtOnce})`.execute(
    db,
  )
  return Number(numAffectedRows)
}

/** A file taken out of a record today may be put back tomorrow: its day begins when it is first seen unused. */
async function noteUse(db: Database): Promise<void> {
  await sql`update file set unused_since = now() where unused_since is null and ${unused}`.execute(db)
  await sql`update file set unused_since = null where unused_since is not null and not ${unused}`.execute(db)
}

async function deleteUnused(db: Database, signal: AbortSignal): Promise<void> {
  for (let gone = 1; gone > 0; ) {
    signal.throwIfAborted()
    gone = await inTransaction(db, async (trx) => {
      // Locked first, looked at again when they are deleted: whoever names a file holds it until that is committed.
      const { rows } = await sql<{ id: number }>`
        select id from file where unused_since < now() - interval '1 day' and ${unused}
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

async function removeLeftovers({ db, files }: FileKeeping, signal: AbortSignal): Promise<void> {
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
        // One that cannot be removed must not keep the others.
        faults.push(error)
      }
    }
    last = rows.at(-1)?.location
  }
  if (faults.length) throw faults[0]
}
