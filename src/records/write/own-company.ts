import { type RawBuilder, sql } from 'kysely'
import type { Change } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import { isReference } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from '../query/record-query.ts'

/** Returns whether the field accepts only your own companies. In a new record it defaults to the first of them. */
export function isOwnCompany(field: Field): boolean {
  return isReference(field) && field.settings.default === 'own'
}

/** Returns a fault unless the company is marked as one of your own companies. */
export function ownCompanyFault({ isOwn }: { isOwn?: boolean }): { code: 'not_own_company' } | undefined {
  return isOwn ? undefined : { code: 'not_own_company' }
}

/** Returns the fields of new records that default to the own company. */
export function ownCompanyPlaces(created: readonly Change[]): { change: Change; field: Field }[] {
  const fields = created[0]?.type.fields.filter(isOwnCompany) ?? []
  return created.flatMap((change) =>
    fields.filter(({ key }) => !change.given.has(key)).map((field) => ({ change, field })),
  )
}

/**
 * Returns SQL of the id of the first own company that the caller may read. A company that the caller may not read must
 * not appear in the records that they create.
 */
export function firstOwnCompany(grant: Grant): RawBuilder<unknown> {
  const own = recordsFor(grant.of('company'), 'read').and(sql`record.is_my_company`)
  return sql`(${own.select(sql`record.id`, { orderBy: sql`record.id`, limit: sql.lit(1) })})`
}
