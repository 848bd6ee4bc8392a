import { sql } from 'kysely'
import { retryOnModelChange } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { storedRecords, tableOf } from '../records/query/record-query.ts'
import type { AccessContext } from '../rights/access-context.ts'
import type { Grant } from '../rights/grant.ts'
import { comparingOf } from './comparing.ts'
import { keysOfValues, keysVersion } from './keys.ts'
import { readCompared } from './read-compared.ts'

const recordsAtOnce = 500

/**
 * Computes the keys of all records of a type again, also of deleted ones, which can be restored, if they were computed for
 * other compared fields. Otherwise only records without keys get them, such as those written before the type had any. New records and changes have the keys of the present fields meanwhile.
 */
export async function rebuildKeys(context: AccessContext, typeCode: string, signal: AbortSignal): Promise<void> {
  const { db } = context
  const read = async () => (await context.access.system(db)).linked(typeCode)
  const { type } = await read()
  const version = keysVersion(type)
  const isCurrent = (await storedVersion(db, type)) === version
  for (let after: number | null = 0; after !== null; ) {
    signal.throwIfAborted()
    const from: number = after
    // If the fields are changed meanwhile, the change starts the next run.
    after = await retryOnModelChange(read, (grant) =>
      inTransaction(db, (trx) => rebuildSome(trx, grant, { after: from, isCurrent })),
    )
  }
  if (isCurrent) return
  await sql`insert into local.duplicate_state (type_id, keys_version) values (${type.id}, ${version})
    on conflict (type_id) do update set keys_version = excluded.keys_version`.execute(db)
}

async function storedVersion(db: Database, { id }: EntityType): Promise<string | null> {
  const state = await db
    .selectFrom('local.duplicate_state')
    .select('keys_version')
    .where('type_id', '=', id)
    .executeTakeFirst()
  return state?.keys_version ?? null
}

/** Computes the keys of the next records. Returns the id of the last one, or null at the end. */
async function rebuildSome(
  trx: Transaction,
  grant: Grant,
  { after, isCurrent }: { after: number; isCurrent: boolean },
): Promise<number | null> {
  const comparing = comparingOf(grant.type)
  const fields = JSON.stringify(grant.type.comparedFields)
  await sql`select hold_duplicate_fields(${grant.type.id}, ${fields}::jsonb)`.execute(trx)
  const { rows } = await storedRecords(grant)
    .and(sql`record.id > ${after}`)
    .and(isCurrent ? sql`record.duplicate_keys is null` : null)
    .select<{ id: number }>(sql`record.id`, {
      orderBy: sql`record.id`,
      limit: recordsAtOnce,
      lock: 'noKeyUpdate',
    })
    .execute(trx)
  const ids = rows.map(({ id }) => id)
  if (!ids.length) return null
  const records = await readCompared(trx, grant, comparing, storedRecords(grant).and(sql`record.id = any(${ids})`))
  const keys = records.map(({ state, prepared }) => ({ id: prepared.id, keys: keysOfValues(comparing, state) }))
  await sql`update ${tableOf(grant)} as record set duplicate_keys = v.keys
    from json_to_recordset(${JSON.stringify(keys)}) as v (id bigint, keys integer[])
    where record.id = v.id and record.duplicate_keys is distinct from v.keys`.execute(trx)
  return ids.at(-1)!
}
