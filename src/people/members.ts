import { sql } from 'kysely'
import Type, { type Static } from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import { soundness } from '../errors/faulty-body.ts'
import { type Fault, maxFaults } from '../errors/problem.ts'
import { ref } from '../schema/build.ts'

/** The most members of one sort: users, departments or groups. */
export const mostMembers = 10_000

const id = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const withSub = 'Whether the departments below are included.'

/** A department whose users are members, in a response. */
export const DepartmentMember = Type.Object(
  { id: Type.Integer({ description: 'Id of the department.' }), withSub: Type.Boolean({ description: withSub }) },
  { $id: 'DepartmentMember', description: 'A department whose users are members.' },
)
/** A department whose users become members. */
export const DepartmentMemberInput = Type.Object(
  {
    id: Type.Integer({ ...id, description: 'Id of the department.' }),
    withSub: Type.Optional(Type.Boolean({ description: `${withSub} Default: \`false\`.` })),
  },
  {
    $id: 'DepartmentMemberInput',
    additionalProperties: false,
    description: 'A department whose users become members.',
  },
)

/** The named schemas of members. */
export const memberSchemas = [DepartmentMember, DepartmentMemberInput]

/** Members in a response, with what they are members of. */
export const membersShown = (of: string) => ({
  userIds: Type.Array(Type.Integer(), { description: `Ids of the users who ${of}.` }),
  departments: Type.Array(ref(DepartmentMember), { description: `Departments whose users ${of}.` }),
})
/** Members in a request, with what they are members of. */
export const membersGiven = (of: string) => ({
  userIds: Type.Optional(idList(`Ids of the users who ${of}.`)),
  departments: Type.Optional(
    Type.Array(ref(DepartmentMemberInput), { maxItems: mostMembers, description: `Departments whose users ${of}.` }),
  ),
})

/** Returns the schema of a list of ids in a request. */
export function idList(description: string) {
  return Type.Array(Type.Integer(id), { maxItems: mostMembers, uniqueItems: true, description, examples: [[1]] })
}

/** Members in a request. */
export interface MembersInput {
  userIds?: readonly number[]
  departments?: readonly Static<typeof DepartmentMemberInput>[]
  groupIds?: readonly number[]
}

/** The users, departments and groups that a list of members consists of. */
export interface Members {
  userIds: number[]
  departments: Static<typeof DepartmentMember>[]
  groupIds: number[]
}

/** Nobody. */
export const noMembers: Members = { userIds: [], departments: [], groupIds: [] }

/** Reads members. Lists that are left out keep their members, by default nobody. */
export function readMembers({ userIds, departments, groupIds }: MembersInput, before = noMembers): Members {
  const ascending = (ids: readonly number[]) => ids.toSorted((a, b) => a - b)
  return {
    userIds: userIds ? ascending(userIds) : before.userIds,
    departments: departments
      ? departments.map(({ id, withSub = false }) => ({ id, withSub })).toSorted((a, b) => a.id - b.id)
      : before.departments,
    groupIds: groupIds ? ascending(groupIds) : before.groupIds,
  }
}

/** Returns the faults of the members at a JSON pointer of a body, except in lists with a fault of the schema. */
export async function faultsOfMembers(
  trx: Transaction,
  given: MembersInput | undefined,
  { pointer, faults }: { pointer: string; faults: readonly Fault[] },
): Promise<Fault[]> {
  const isSound = soundness(faults)
  const at = (name: keyof MembersInput) => `${pointer}/${name}`
  const { userIds = [], departments = [], groupIds = [] } = given ?? {}
  const departmentIds = isSound(at('departments')) ? departments.map(({ id }) => id) : []
  const missing = [
    await findMissing(trx, 'user', isSound(at('userIds')) ? userIds : [], at('userIds')),
    await findMissing(trx, 'department', departmentIds, at('departments')),
    await findMissing(trx, 'group', isSound(at('groupIds')) ? groupIds : [], at('groupIds')),
  ]
  const seen = new Set<number>()
  const repeated = departmentIds.flatMap((id, index): Fault[] =>
    seen.size === seen.add(id).size ? [{ pointer: `${at('departments')}/${index}`, code: 'duplicate_value' }] : [],
  )
  return [...missing.flat(), ...repeated]
}

const tables = { user: sql.table('user'), department: sql.table('department'), group: sql.table('user_group') }

/** Returns a fault for each id of a list that does not exist. The list is one parameter, whatever its length. */
export async function findMissing(
  trx: Transaction,
  type: keyof typeof tables,
  ids: readonly number[],
  pointer: string,
): Promise<Fault[]> {
  if (!ids.length) return []
  const { rows } = await sql<{ id: number; place: number }>`
    select given.id, given.place from unnest(${ids}::bigint[]) with ordinality as given (id, place)
    where not exists (select from ${tables[type]} as t where t.id = given.id)
    order by given.place limit ${maxFaults}`.execute(trx)
  return rows.map(({ id, place }): Fault => {
    const params = { type, id }
    return { pointer: `${pointer}/${place - 1}`, code: 'not_found_reference', params }
  })
}
