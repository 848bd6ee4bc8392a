import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { rowsOf, statementOf } from '../../database/statement.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import { selects } from '../../fields/operators.ts'
import type { Condition } from '../../filters/condition.ts'
import { targetsOf } from '../../filters/resolve.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from './record-query.ts'
import type { SortKey } from './sort.ts'

/** The sort order of the ids in the filter. */
export const givenOrder = 'given'

/** Returns the ids that the filter lists, in their order. Undefined if it lists none. */
function idsIn(condition: Condition | null): number[] | undefined {
  const parts = condition && 'and' in condition ? condition.and : [condition]
  for (const part of parts) {
    if (!part || !('target' in part) || part.target.path !== 'id' || part.op.name !== selects.values) continue
    return part.operands.flatMap((one) => ('value' in one ? [Number(one.value)] : []))
  }
  return
}

/** Returns the order of the ids in the filter. Throws a fault if the filter lists none. */
export function readGivenOrder(
  condition: Condition | null,
  fields: FieldsByPath,
  at: Pick<Fault, 'pointer' | 'parameter'>,
): SortKey[] {
  const ids = idsIn(condition)
  if (!ids) throw invalid([{ ...at, code: 'given_without_ids' }])
  const id = targetsOf(fields).get('id')!
  const column = sql`array_position(${ids}::bigint[], record.id)`
  return [{ target: { ...id, path: givenOrder, column, indexed: {} }, descending: false }]
}

/** Returns the ids of the filter whose records do not exist or may not be read. */
export async function missingIn(db: Database, grant: Grant, condition: Condition | null): Promise<number[]> {
  const ids = [...new Set(idsIn(condition))]
  const rows = await rowsOf<{ id: number }>(
    db,
    statementOf(
      recordsFor(grant, 'read').and(sql`record.id = any(${ids}::bigint[])`).select<{ id: number }>(sql`record.id`),
    ),
  )
  const found = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => !found.has(id))
}
