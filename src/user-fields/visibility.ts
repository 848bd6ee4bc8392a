import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import type { FieldUses } from '../fields/field-use.ts'
import type { Members } from '../people/members.ts'

/** A field that a company added. */
export type UserField = Field & { userFieldId: number }

/** Who sees a user field: everyone, or only the viewers if it is restricted. */
export interface Visibility extends Pick<Members, 'userIds' | 'departments'> {
  restricted: boolean
}

/** Returns the visibility of a user field. Throws `field_not_found` if the field was deleted meanwhile. */
export async function findVisibility(db: Database, { userFieldId, code }: UserField): Promise<Visibility> {
  const viewers = sql`from field_viewer as v where v.field_id = user_field.id`
  const visibility = await db
    .selectFrom('user_field')
    .select('restricted')
    .select([
      sql<number[]>`array(select user_id ${viewers} and user_id is not null order by user_id)`.as('userIds'),
      sql<Visibility['departments']>`coalesce((select json_agg(json_build_object('id', department_id,
        'withSub', with_sub) order by department_id) ${viewers} and department_id is not null), '[]')`.as(
        'departments',
      ),
    ])
    .where('id', '=', userFieldId)
    .executeTakeFirst()
  if (!visibility) throw new Problem('field_not_found', { code })
  return visibility
}

/** Replaces the visibility of a user field. Throws `field_not_found` if the field was deleted meanwhile. */
export async function replaceVisibility(trx: Transaction, field: UserField, visibility: Visibility): Promise<void> {
  const { userFieldId: id, code } = field
  const { restricted, userIds, departments } = visibility
  const changed = await trx.updateTable('user_field').set({ restricted }).where('id', '=', id).executeTakeFirst()
  if (!changed.numUpdatedRows) throw new Problem('field_not_found', { code })
  await sql`delete from field_viewer where field_id = ${id}`.execute(trx)
  await sql`insert into field_viewer (field_id, user_id, department_id, with_sub)
    select ${id}::bigint, id, null::bigint, false from unnest(${userIds}::bigint[]) as u (id)
    union all select ${id}::bigint, null, id, "withSub"
    from json_to_recordset(${JSON.stringify(departments)}) as d (id bigint, "withSub" boolean)`.execute(trx)
}

/** The visibility of a field that not everyone sees. */
export const visibilityUses: FieldUses = {
  kind: 'visibility',
  async find(db, { userFieldId, typeCode, code }) {
    const found = await db
      .selectFrom('user_field')
      .select('id')
      .where('id', '=', userFieldId)
      .where('restricted', '=', true)
      .executeTakeFirst()
    const name = { en: 'Visibility of the field', ru: 'Видимость поля' }
    return found ? [{ path: `/v1/types/${typeCode}/fields/${code}/visibility`, name }] : []
  },
}
