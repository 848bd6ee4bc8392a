import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'

/** Automatic merging of a type stops when so many of its last merges were undone. */
export const stopRule = { undone: 3, of: 100 }

/** Returns whether automatic merging of a type has stopped itself. */
export async function isStopped(db: Database, typeId: number): Promise<boolean> {
  const setting = db.selectFrom('duplicate_setting').select('auto_merge_stopped_at as at').where('type_id', '=', typeId)
  const { at = null } = (await setting.executeTakeFirst()) ?? {}
  return at !== null
}

/**
 * Stops automatic merging of a type if too many of its last merges were undone since it was switched on. Call it after an
 * automatic merge was undone.
 */
export async function stopIfUndone(trx: Transaction, typeId: number, userId: number): Promise<void> {
  await trx
    .insertInto('duplicate_setting')
    .values({ type_id: typeId, changed_by: userId })
    .onConflict((row) => row.column('type_id').doNothing())
    .execute()
  // Of two undos at the same time the later one waits here, and then counts both.
  await trx.selectFrom('duplicate_setting').select('type_id').where('type_id', '=', typeId).forUpdate().execute()
  await sql`update duplicate_setting as setting set auto_merge = false, auto_merge_stopped_at = now()
    where type_id = ${typeId} and auto_merge_stopped_at is null and ${stopRule.undone} <= (
      select count(undone_at) from (select undone_at from record_merge as merge where merge.type_id = ${typeId}
        and job_id is not null and at >= coalesce(setting.auto_merge_since, '-infinity')
        order by id desc limit ${stopRule.of}) as latest)`.execute(trx)
}
