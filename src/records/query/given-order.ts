import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { rowsOf, statementOf } from '../../database/statement.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import type { Target } from '../../fields/kind.ts'
import { selects } from '../../fields/operators.ts'
import { arrayParameter } from '../../fields/scalar.ts'
import type { Value } from '../../fields/value.ts'
import type { Condition } from '../../filters/condition.ts'
import type { RecordQuery } from './record-query.ts'
import type { SortKey } from './sort.ts'

/** The sort order of the ids in the filter. */
export const givenOrder = 'given'

/** The ids that a filter lists, in their order, and the target that they are values of. */
interface GivenIds {
  target: Target
  ids: readonly Value[]
}

/** Returns the ids that the filter lists. `key` is the path of the id. Undefined if it lists none. */
function idsIn(condition: Condition | null, key: string): GivenIds | undefined {
  const parts = condition && 'and' in condition ? condition.and : [condition]
  for (const part of parts) {
    if (!part || !('target' in part) || part.target.path !== key || part.op.name !== selects.values) continue
    const ids = part.operands.flatMap((one) => ('value' in one ? [one.value] : []))
    return { target: part.target, ids: [...new Set(ids)] }
  }
  return
}

/** Returns the order of the ids in the filter. Throws a fault if the filter lists none. */
export function readGivenOrder(
  condition: Condition | null,
  key: string,
  at: Pick<Fault, 'pointer' | 'parameter'>,
): SortKey[] {
  const given = idsIn(condition, key)
  if (!given) throw invalid([{ ...at, code: 'given_without_ids', params: { name: key } }])
  const { target, ids } = given
  return [{ target: { ...target, path: givenOrder }, descending: false, order: { values: ids } }]
}

/** Returns the ids of the filter without a row. */
export async function missingIn(
  db: Database,
  rows: readonly RecordQuery[],
  condition: Condition | null,
  key: string,
): Promise<Value[]> {
  const given = idsIn(condition, key)
  if (!given) return []
  const { target, ids } = given
  const all = arrayParameter(target.scalar, ids)
  const isOne = sql<SqlBool>`${target.column} = any(${all})`
  const found = rows.map((one) => one.and(isOne).select(target.column))
  const missing = await rowsOf<{ id: Value }>(
    db,
    statementOf(sql`select id from unnest(${all}) with ordinality as given (id, place)
      where id not in (${sql.join(found, sql` union all `)}) order by place`),
  )
  return missing.map(({ id }) => id)
}
