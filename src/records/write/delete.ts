import { sql } from 'kysely'
import { type Part, rowsOf } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { Problem } from '../../errors/problem.ts'
import { historyInsert } from '../../history/write.ts'
import { tableOf } from '../query/record-query.ts'
import { combined } from '../query/run-statements.ts'
import { recordTimes, timesOf } from './change-time.ts'
import { lockRecords } from './lock-records.ts'
import { type Precondition, preconditionProblems } from './precondition.ts'
import type { WriteContext } from './write-context.ts'

/** Moves records to the recycle bin, if their type has one. Their links are kept for a restore; other records can take their external keys. */
export async function deleteRecords(
  trx: Transaction,
  { grant, context, via, jobId }: WriteContext,
  items: readonly { id: number; ifMatch?: Precondition | undefined }[],
): Promise<({ id: number } | { problem: Problem })[]> {
  const locked = await lockRecords(
    trx,
    grant,
    'delete',
    items.map(({ id }) => id),
  )
  const clashes = await preconditionProblems(trx, grant, items, locked.versions)
  const gone = [...locked.versions.keys()].filter((id) => !clashes.has(id))
  if (gone.length) {
    const entries = gone.map((id) => ({
      typeId: grant.type.id,
      recordId: id,
      version: locked.versions.get(id)! + 1,
      at: locked.moments.get(id)!,
      kind: 'deleted' as const,
      changes: null,
    }))
    // Without a recycle bin they are marked for purge, and the purge of the next night removes them.
    const at = grant.type.traits.has('recycleBin') ? sql`v.at` : sql`'-infinity'`
    const deletion: Part = {
      shape: 'delete',
      values: [context.userId, timesOf(entries)],
      sql: (userId, times) => sql`update ${tableOf(grant)} as record set deleted_at = ${at}, deleted_by = ${userId},
        version = record.version + 1, updated_at = v.at from ${recordTimes(times)} where record.id = v.id`,
    }
    const release: Part = {
      shape: 'release keys',
      values: [grant.type.id, gone],
      sql: (typeId, ids) =>
        sql`update external_id set active = false where type_id = ${typeId} and record_id = any(${ids}) and active`,
    }
    const history = historyInsert(entries, { actorId: context.userId, via, jobId })
    await rowsOf(trx, combined(grant, [deletion, release, history], 'delete'))
  }
  return items.map(({ id }) => {
    const problem = clashes.get(id) ?? (locked.versions.has(id) ? undefined : locked.refusal(id))
    return problem ? { problem } : { id }
  })
}
