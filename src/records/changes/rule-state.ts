import { type RawBuilder, sql } from 'kysely'
import type { EntityType } from '../../entities/catalogue.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { ruleFields } from '../../rights/rule.ts'

/** Returns the fields of a type that decide who may read a record, by key, with their columns. */
export function ruleColumns({ fields }: Pick<EntityType, 'fields'>): { key: string; column: string }[] {
  const paths: readonly string[] = ruleFields
  return fields
    .filter(({ path }) => paths.includes(path))
    .map((field) => ({ key: field.key, column: Object.keys(kindOf(field).columns(field))[0]! }))
}

/** Selects the values of a record (`record`) that decide who may read it, as the changes of its last history entry. */
export function ruleState(type: EntityType): RawBuilder<unknown> {
  const members = ruleColumns(type).map(
    ({ key, column }) => sql`${sql.lit(key)}, json_build_array(${sql.ref(`record.${column}`)}, null)`,
  )
  return sql`json_build_object(${sql.join(members)})`
}
