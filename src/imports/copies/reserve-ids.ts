import { sql } from 'kysely'
import type { CsvRow } from '../../csv/read.ts'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { Problem } from '../../errors/problem.ts'
import { JobFailed } from '../../jobs/job-task.ts'
import { storedRecords } from '../../records/query/record-query.ts'
import { moveSequencePast } from '../../records/write/new-ids.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'

/** Throws admin_required, and type_has_records unless the type is empty: the ids of two databases would mix. */
export async function requireEmptyType(db: Database, access: Access, grant: Grant): Promise<void> {
  access.requireAdmin()
  const { rows } = await sql<{ found: boolean }>`select ${storedRecords(grant).exists()} as found`.execute(db)
  if (rows[0]?.found) throw new Problem('type_has_records', { type: grant.type.code })
}

/**
 * Checks the ids of a copy, and takes them out of those that new records get. So records that are created meanwhile get
 * other ids. Throws JobFailed for an id that the database cannot have.
 */
export async function reserveIds(
  db: Database,
  { type }: Grant,
  { batches, idIndex }: { batches: AsyncIterable<readonly CsvRow[]>; idIndex: number },
): Promise<void> {
  const { parity } = await db.selectFrom('local.instance').select('parity').executeTakeFirstOrThrow()
  let last = 0
  for await (const rows of batches) {
    for (const { cells, line } of rows) {
      const text = cells[idIndex] ?? ''
      const id = Number(text)
      if (!/^[1-9]\d{0,14}$/.test(text)) throw new JobFailed('invalid_copied_id', { line })
      if ((id % 2 === 1) !== (parity === 'odd')) throw new JobFailed('other_parity', { line, parity })
      last = Math.max(last, id)
    }
  }
  await moveSequencePast(db, type.table, last)
}

/** Returns which of these ids another record has, or an earlier one in the list: their places in the list. */
export async function takenIds(trx: Transaction, grant: Grant, ids: readonly number[]): Promise<number[]> {
  const { rows } = await storedRecords(grant)
    .and(sql`record.id = any(${ids}::bigint[])`)
    .select<{ id: number }>(sql`record.id`)
    .execute(trx)
  const taken = new Set(rows.map(({ id }) => id))
  return ids.flatMap((id, place) => {
    if (taken.has(id)) return [place]
    taken.add(id)
    return []
  })
}
