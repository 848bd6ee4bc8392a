import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { recordReferences } from '../entities/references.ts'
import { isInRows } from '../fields/kinds/kinds.ts'
import { recordsInBin, storedRecords } from '../records/query/record-query.ts'
import { lockRecords } from '../records/write/lock-records.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { markForPurge, purgeInTransaction, referringTo } from '../recycle-bin/purge.ts'
import type { TargetOutcome } from './do-chunk.ts'

/**
 * Purges records that a job created, including those in the recycle bin. Keeps records that were changed since or that
 * another record refers to: somebody uses them by now.
 */
export async function removeCreated(
  trx: Transaction,
  writing: WriteContext,
  ids: readonly number[],
): Promise<TargetOutcome[]> {
  const { grant, context, via, jobId } = writing
  const locked = await lockRecords(trx, grant, 'delete', ids)
  const live = [...locked.versions.keys()]
  // This lock waits for transactions that link one of the records and blocks new ones.
  await storedRecords(grant)
    .and(sql`record.id = any(${live})`)
    .select(sql``, { orderBy: sql`record.id`, lock: 'update' })
    .execute(trx)
  const changed = await changedSince(trx, writing, live)
  const referred = await referredTo(trx, writing, live)
  const binned = await inBin(
    trx,
    writing,
    ids.filter((id) => !locked.versions.has(id)),
  )
  const gone = [...live.filter((id) => !changed.has(id) && !referred.has(id)), ...binned]
  const condemned = await markForPurge(trx, grant, storedRecords(grant).and(sql`record.id = any(${gone})`))
  await purgeInTransaction(trx, grant, condemned, { actorId: context.userId, via, jobId })
  return ids.map((id) => {
    if (changed.has(id)) return { id, left: [{ path: null, code: 'changed_since' }] }
    if (referred.has(id)) return { id, left: [{ path: null, code: 'referred_to' }] }
    return locked.versions.has(id) || binned.has(id) ? { id } : { problem: locked.refusal(id) }
  })
}

async function changedSince(
  trx: Transaction,
  { grant, undoes }: WriteContext,
  ids: readonly number[],
): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select distinct record_id as id from history where type_id = ${grant.type.id} and record_id = any(${ids})
      and kind <> 'created' and job_id is distinct from ${undoes}
      -- Other parts of the revert have removed links to the record. A preview has no job.
      and transaction_id <> pg_current_xact_id()
      and not exists (select from local.bulk where bulk.job_id = history.job_id and reverts_job_id = ${undoes})`.execute(
    trx,
  )
  return new Set(rows.map(({ id }) => id))
}

/**
 * Returns the ids of referenced records. Links shown on both sides are skipped, because the history has them as changes.
 * But what an import created for its records comes last, so a link to one of these means that it was kept.
 */
async function referredTo(
  trx: Transaction,
  { grant: { type, catalogue }, undoes }: WriteContext,
  ids: readonly number[],
): Promise<Set<number>> {
  const shown = type.fields.flatMap((field) => (isInRows(field, 'link') ? [field.settings.relation ?? ''] : []))
  const queries = recordReferences([...catalogue.types.values()]).flatMap((reference) =>
    'type' in reference && reference.type === type.code ? [referringTo(reference, ids)] : [],
  )
  queries.push(sql`select to_id as id from link
    where to_type = ${type.id} and to_id = any(${ids}) and relation <> all(${shown})`)
  for (const [own, other] of [
    ['to', 'from'],
    ['from', 'to'],
  ]) {
    const ownId = sql.ref(`link.${own}_id`)
    queries.push(sql`select ${ownId} as id from link
      where ${sql.ref(`link.${own}_type`)} = ${type.id} and ${ownId} = any(${ids}) and link.relation = any(${shown})
        and ${sql.ref(`link.${other}_type`)} = (select type_id from local.import
          where import.job_id = ${undoes} and import.type_id <> ${type.id})`)
  }
  const { rows } = await sql<{ id: number }>`${sql.join(queries, sql` union `)}`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

async function inBin(trx: Transaction, { grant, context }: WriteContext, ids: readonly number[]): Promise<Set<number>> {
  if (!ids.length) return new Set()
  const { rows } = await recordsInBin(grant, context.now)
    .and(sql`record.id = any(${ids})`)
    .select<{ id: number }>(sql`record.id`, { lock: 'update' })
    .execute(trx)
  return new Set(rows.map(({ id }) => id))
}
