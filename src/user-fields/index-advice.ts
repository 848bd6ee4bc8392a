import type { Database } from '../database/connect.ts'
import type { Field } from '../fields/field.ts'

/** How often requests filtered and sorted by a field without an index, and what to set so that it has one. */
export interface IndexAdvice {
  code: string
  path: string
  filters: number
  sorts: number
  firstAt: string
  lastAt: string
  advice: ('filterable' | 'sortable')[]
}

/** Returns the uses without an index of these fields, the most used first. */
export async function findAdvice(db: Database, fields: readonly Field[]): Promise<IndexAdvice[]> {
  const byId = new Map(fields.flatMap((field) => (field.userFieldId === null ? [] : [[field.userFieldId, field]])))
  const uses = await db
    .selectFrom('local.unindexed_use')
    .selectAll()
    .where('field_id', 'in', [0, ...byId.keys()])
    .execute()
  const advice = uses.flatMap(({ field_id, filters, sorts, first_at, last_at }) => {
    const field = byId.get(field_id)
    if (!field) return []
    const { code, path, filterable, sortable } = field
    // Counts that a server stored after a change of the field say nothing any more.
    const counts = { filters: filterable ? 0 : filters, sorts: filterable || sortable ? 0 : sorts }
    const named = [...(counts.filters ? ['filterable' as const] : []), ...(counts.sorts ? ['sortable' as const] : [])]
    return named.length ? [{ code, path, ...counts, firstAt: first_at, lastAt: last_at, advice: named }] : []
  })
  return advice.sort((a, b) => b.filters + b.sorts - a.filters - a.sorts || (a.code < b.code ? -1 : 1))
}
