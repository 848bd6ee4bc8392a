import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { type Fault, maxFaults } from '../errors/problem.ts'

/** Maximum number of departments of a user, and of groups. */
export const mostMemberships = 100

const tables = {
  department: { members: sql.table('user_department'), id: sql.ref('department_id') },
  group: { members: sql.table('user_group_member'), id: sql.ref('group_id') },
}

/** What users are members of. */
export type Membership = keyof typeof tables

/** Returns SQL of the ids of a user's departments or groups, by the name of the user's row. */
export function membershipIds(of: Membership, user: string): RawBuilder<number[]> {
  const { members, id } = tables[of]
  return sql<
    number[]
  >`array(select ${id} from ${members} as m where m.user_id = ${sql.ref(`${user}.id`)} order by ${id})`
}

/** Makes a user a member of these departments or groups only. */
export async function setMemberships(
  trx: Transaction,
  of: Membership,
  { userId, ids }: { userId: number; ids: readonly number[] },
): Promise<void> {
  const { members, id } = tables[of]
  await sql`delete from ${members} where user_id = ${userId} and ${id} <> all(${ids}::bigint[])`.execute(trx)
  await sql`insert into ${members} (user_id, ${id}) select ${userId}, unnest(${ids}::bigint[]) on conflict do nothing`.execute(
    trx,
  )
}

/** Returns a fault for each user in a list who is a member of too many. Call it after adding them. */
export async function findOverfull(
  trx: Transaction,
  of: Membership,
  userIds: readonly number[],
  pointer: string,
): Promise<Fault[]> {
  const { rows } = await sql<{ id: number; place: number }>`
    select given.id, given.place from unnest(${userIds}::bigint[]) with ordinality as given (id, place)
    where (select count(*) from ${tables[of].members} as m where m.user_id = given.id) > ${mostMemberships}
    order by given.place limit ${maxFaults}`.execute(trx)
  return rows.map(({ id, place }): Fault => {
    const params = { id, limit: mostMemberships }
    return { pointer: `${pointer}/${place - 1}`, code: 'too_many_memberships', params }
  })
}
