import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { rowsOf, statementOf } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import type { RecordQuery } from '../query/record-query.ts'
import type { WriteContext } from '../write/write-context.ts'

/** Records that use a part of the model: those in a stage, or those with an entry of a dictionary. */
export interface RecordUse {
  grant: Grant
  /** Path of the field by which the records use it. */
  field: string
  records: RecordQuery
}

/** How a part of the model is removed, at one version of the model. */
export interface RemovalPlan {
  /** SQL of its advisory lock, which changes that begin to use it take as shared. */
  lock: RawBuilder<unknown>
  /** The records that use it. Several uses can have the same field. */
  uses: readonly RecordUse[]
  /** Removes it. No record uses it. */
  remove(trx: Transaction): Promise<void>
  /** Gives another value to those of the records that still use it. Returns their number. */
  replace(trx: Transaction, writing: WriteContext, ids: readonly number[]): Promise<number>
}

/** How parts of one kind are removed. `Target` is what their records get instead. */
export interface RemovalKind<Part extends object, Target> {
  /** Type of the jobs. */
  name: string
  /** Makes other changes of the model around the part wait until the end of the transaction. */
  lock(trx: Transaction, access: Access, part: Part): Promise<void>
  /** Returns how the part is removed. Null if it is gone. Throws if the target is gone. */
  planOf(access: Access, part: Part, target: Target | null): RemovalPlan | null
}

/** How many records use a part of the model, by record type and field. */
export interface UseCounts {
  records: number
  uses: { type: string; field: string; records: number }[]
}

/** Counts the records that use a part of the model. Fields without such records are left out. */
export async function countUses(db: Database, uses: readonly RecordUse[]): Promise<UseCounts> {
  const counted: UseCounts = { records: 0, uses: [] }
  for (const { grant, field, records } of uses) {
    const { rows } = await records.select<{ n: number }>(sql`count(*) as n`).execute(db)
    const { n } = rows[0]!
    const type = grant.type.code
    const same = counted.uses.find((one) => one.type === type && one.field === field)
    if (same) same.records += n
    else if (n) counted.uses.push({ type, field, records: n })
    counted.records += n
  }
  return counted
}

/**
 * Removes a part of the model if no record uses it, and returns whether it is removed. From the lock to the end of the
 * transaction no record can begin to use it. The search before the lock spares other requests the lock in vain.
 */
export async function removeIfUnused(
  trx: Transaction,
  { lock, uses, remove }: Pick<RemovalPlan, 'lock' | 'uses' | 'remove'>,
): Promise<boolean> {
  if (await isUsed(trx, uses)) return false
  await sql`set local lock_timeout = '5s'`.execute(trx)
  await rowsOf(trx, statementOf(sql`select pg_advisory_xact_lock(${lock})`))
  if (await isUsed(trx, uses)) return false
  await remove(trx)
  return true
}

async function isUsed(trx: Transaction, uses: readonly RecordUse[]): Promise<boolean> {
  if (!uses.length) return false
  const any = sql.join(
    uses.map(({ records }) => records.exists()),
    sql` or `,
  )
  const { rows } = await sql<{ isUsed: boolean }>`select ${any} as "isUsed"`.execute(trx)
  return rows[0]!.isUsed
}

/** Returns up to `limit` ids, above one id and in ascending order, of records that use a part of the model. */
export async function findUsers(db: Database, { records }: RecordUse, afterId: number, limit: number) {
  const { rows } = await records
    .and(sql<SqlBool>`record.id > ${afterId}`)
    .select<{ id: number }>(sql`record.id`, { orderBy: sql`record.id`, limit })
    .execute(db)
  return rows.map(({ id }) => id)
}
