import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Catalogue } from '../../entities/catalogue.ts'
import { rolesOf } from '../caller-rights.ts'
import { differences } from './differences.ts'
import { type Decision, findDecisions } from './find-roles.ts'
import { mostEffects, type RoleEffect, type RoleEffects } from './schemas.ts'

/** What a role decides, and for whom. */
export interface Impact {
  /** Absent if the role does not exist. */
  role?: Decision
  /** Ids of the users who have the role. */
  holders: ReadonlySet<number>
}

/** Nothing, for nobody. */
export const noImpact: Impact = { holders: new Set() }

/** Returns what a role decides, and for whom. Portal administrators and inactive users are left out. */
export async function impactOf(trx: Transaction, role: Decision): Promise<Impact> {
  const { rows } = await sql<{ id: number }>`
    select u.id from "user" as u where u.active and not u.is_admin and u.id in (
      select user_id from role_member where role_id = ${role.id}
      union select d.user_id from role_member as m join user_department as d on d.department_id = m.department_id
        where m.role_id = ${role.id}
      union select d.user_id from role_member as m join local.department_above as a on a.above_id = m.department_id
        join user_department as d on d.department_id = a.department_id where m.role_id = ${role.id} and m.with_sub
      union select g.user_id from role_member as m join user_group_member as g on g.group_id = m.group_id
        where m.role_id = ${role.id})`.execute(trx)
  return { role, holders: new Set(rows.map(({ id }) => id)) }
}

/** Returns whose levels a change of a role changes. Users with the same other roles are compared once. */
export async function findEffects(
  trx: Transaction,
  catalogue: Catalogue,
  { id, before, after }: { id: number; before: Impact; after: Impact },
): Promise<RoleEffects> {
  const users = await findOtherRoles(trx, [...before.holders, ...after.holders], id)
  const others = await findDecisions(trx, [...new Set(users.flatMap(({ roleIds }) => roleIds))])
  const byId = new Map(others.map((role) => [role.id, role]))
  const known = new Map<string, Omit<RoleEffect, 'userId'>[]>()
  const effects: RoleEffect[] = []
  let effectsTotal = 0
  for (const { userId, roleIds } of users) {
    const rest = roleIds.flatMap((roleId) => byId.get(roleId) ?? [])
    const own = [before, after].map(({ role, holders }) => (role && holders.has(userId) ? [role] : []))
    const name = `${roleIds}/${own.map(({ length }) => length)}`
    const found = known.get(name) ?? differences([...rest, ...own[0]!], [...rest, ...own[1]!], catalogue)
    known.set(name, found)
    effectsTotal += found.length
    for (const effect of found) if (effects.length < mostEffects) effects.push({ userId, ...effect })
  }
  return { effects, effectsTotal }
}

/** Returns the roles of users besides one role. */
async function findOtherRoles(trx: Transaction, userIds: readonly number[], roleId: number) {
  const { rows } = await sql<{ userId: number; roleIds: number[] }>`
    select u.id as "userId", array(select role_id from (${rolesOf}) as r where role_id <> ${roleId} order by role_id)
      as "roleIds"
    from (select distinct id from unnest(${userIds}::bigint[]) as given (id)) as u order by u.id`.execute(trx)
  return rows
}
