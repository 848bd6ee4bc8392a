import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { recordReferences } from '../entities/references.ts'
import { allRecords } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'

/** A record that a conversion created, with its version after the conversion. */
export interface Made {
  grant: Grant
  id: number
  version: number
  /** Its version now. */
  present: number
}

/** Why a conversion cannot be undone: a created record was changed, or another record refers to one. */
export interface Dependent {
  type: string
  id: number
  reason: 'changed' | 'refers'
}

/** The created records, and the records that a conversion linked: the lead and all targets. */
interface Results {
  lead: number
  made: readonly Made[]
  targets: Readonly<Record<string, { id: number }>>
}

/**
 * Returns what depends on the records that a conversion created. Records that the caller may not read count as well, but
 * are not named: the list has the created record instead.
 */
export async function dependentsOf(trx: Transaction, lead: Grant, results: Results): Promise<Dependent[]> {
  const found: Dependent[] = []
  for (const made of results.made) {
    if (made.version !== made.present) found.push({ type: made.grant.type.code, id: made.id, reason: 'changed' })
    found.push(...(await referrersOf(trx, lead, made, results)))
  }
  const names = new Map(found.map((one) => [JSON.stringify(one), one]))
  return [...names.values()]
}

async function referrersOf(trx: Transaction, lead: Grant, made: Made, results: Results): Promise<Dependent[]> {
  const { type, catalogue } = made.grant
  const types = [...catalogue.types.values()]
  const queries = types.map((from): RawBuilder<{ type: string; id: number; visible: boolean }> => {
    const grant = lead.of(from.code)
    const ours = [results.targets[from.code]?.id ?? 0, from.code === lead.type.code ? results.lead : 0]
    const columns = recordReferences([from]).flatMap((one) =>
      'type' in one && one.type === type.code && one.column !== 'merged_into'
        ? [sql`${sql.ref(`record.${one.column}`)} = ${made.id}`]
        : [],
    )
    const links = sql`record.id in (select from_id from link
      where to_type = ${type.id} and to_id = ${made.id} and from_type = ${from.id})`
    return allRecords(grant)
      .and(sql`${sql.join([...columns, links], sql` or `)}`)
      .and(sql`record.id <> all(${ours}::bigint[])`)
      .select(sql`${from.code}::text as type, record.id, (${grant.rows.read ?? sql`true`}) is true as visible`)
  })
  const { rows } = await sql<{
    type: string
    id: number
    visible: boolean
  }>`${sql.join(queries, sql` union all `)}`.execute(trx)
  return rows.map(({ type: code, id, visible }) =>
    visible
      ? { type: code, id, reason: 'refers' as const }
      : { type: type.code, id: made.id, reason: 'refers' as const },
  )
}
