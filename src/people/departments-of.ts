import { type RawBuilder, sql } from 'kysely'

/** Returns SQL of the ids of a user's departments, by the name of the user's row. */
export function departmentIdsOf(user: string): RawBuilder<number[]> {
  return sql<number[]>`array(select department_id from user_department as m
    where m.user_id = ${sql.ref(`${user}.id`)} order by department_id)`
}
