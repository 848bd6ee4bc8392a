import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { ValidMembers } from '../errors/faulty-body.ts'
import type { Labels } from '../errors/language.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { readLabels } from '../http/labels.ts'
import { findMissing, mostMembers } from './members.ts'
import { findOverfull } from './memberships.ts'
import { type GroupChange, mostGroups, type NewGroup } from './organisation-schemas.ts'
import { lockRights } from './rights-lock.ts'

/** A group with its members. */
export interface StoredGroup {
  id: number
  name: Labels
  userIds: number[]
}

/** Returns the groups without their members. */
export function groups(db: Database) {
  return db.selectFrom('user_group').select(['id', 'name'])
}

/** Returns a group with its members. Throws `group_not_found`. */
export async function readGroup(db: Database, id: number): Promise<StoredGroup> {
  const userIds = sql<number[]>`array(select user_id from user_group_member where group_id = ${id} order by 1)`
  const groups = db.selectFrom('user_group').select(['id', 'name', userIds.as('userIds')])
  const group = await groups.where('id', '=', id).executeTakeFirst()
  if (!group) throw new Problem('group_not_found', { id })
  return group
}

/** Creates a group and returns its id. Throws `limit_reached` and the faults of the body. */
export async function createGroup(trx: Transaction, { body, faults }: ValidMembers<NewGroup>): Promise<number> {
  await lockRights(trx)
  const groups = trx.selectFrom('user_group').select(({ fn }) => fn.countAll<number>().as('count'))
  if ((await groups.executeTakeFirstOrThrow()).count >= mostGroups) {
    throw new Problem('limit_reached', { limit: mostGroups })
  }
  const users = readUsers(body.userIds)
  await check(trx, users, faults)
  const row = { name: JSON.stringify(readLabels(body.name)) }
  const { id } = await trx.insertInto('user_group').values(row).returning('id').executeTakeFirstOrThrow()
  await saveUsers(trx, id, users)
  return id
}

/** Changes the given fields of a group. Throws `group_not_found` and the faults of the body. */
export async function changeGroup(
  trx: Transaction,
  id: number,
  { body, faults }: ValidMembers<GroupChange>,
): Promise<void> {
  await lockRights(trx)
  const before = await readGroup(trx, id)
  const users = readUsers(body.userIds, before.userIds)
  await check(trx, users, faults)
  const name = JSON.stringify(readLabels(body.name ?? before.name, before.name))
  if (name !== JSON.stringify(before.name)) {
    await trx.updateTable('user_group').set({ name }).where('id', '=', id).execute()
  }
  await saveUsers(trx, id, users)
}

/** Deletes a group. Its memberships in roles end. Throws `group_not_found`. */
export async function deleteGroup(trx: Transaction, id: number): Promise<void> {
  await lockRights(trx)
  const { numDeletedRows } = await trx.deleteFrom('user_group').where('id', '=', id).executeTakeFirstOrThrow()
  if (!numDeletedRows) throw new Problem('group_not_found', { id })
}

/** The users of a group after a request: who joins, who leaves, and the list in the body that names them. */
interface UsersChange {
  listed: readonly number[]
  pointer: string
  size: number
  added: number[]
  removed: number[]
}

function readUsers(given: GroupChange['userIds'] = {}, present: readonly number[] = []): UsersChange {
  const isWhole = Array.isArray(given)
  // The whole list leaves nobody who is not in it.
  const { add = [], remove = [] } = isWhole ? { add: given, remove: present } : given
  const without = (ids: readonly number[], others: ReadonlySet<number>) => ids.filter((id) => !others.has(id))
  const after = new Set([...without(present, new Set(remove)), ...add])
  return {
    ...{ listed: add, pointer: isWhole ? '/userIds' : '/userIds/add', size: after.size },
    ...{ added: without([...after], new Set(present)), removed: without(present, after) },
  }
}

async function check(trx: Transaction, users: UsersChange, found: readonly Fault[]): Promise<void> {
  const { listed, pointer, size } = users
  const faults = [...found, ...(await findMissing(trx, 'user', listed, pointer))]
  if (size > mostMembers) faults.push({ pointer, code: 'too_many', params: { limit: mostMembers } })
  if (faults.length) throw invalid(faults)
}

/** Saves who joins and who leaves. Throws a fault for each user who would be in too many groups. */
async function saveUsers(trx: Transaction, id: number, { listed, pointer, added, removed }: UsersChange) {
  if (removed.length) {
    await sql`delete from user_group_member where group_id = ${id}
      and user_id in (select unnest(${removed}::bigint[]))`.execute(trx)
  }
  if (!added.length) return
  await sql`insert into user_group_member (group_id, user_id) select ${id}, unnest(${added}::bigint[])`.execute(trx)
  const overfull = await findOverfull(trx, 'group', listed, pointer)
  if (overfull.length) throw invalid(overfull)
}
