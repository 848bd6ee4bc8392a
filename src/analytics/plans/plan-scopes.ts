import type { Database } from '../../database/connect.ts'
import { say } from '../../errors/code-text.ts'
import type { Labels } from '../../errors/language.ts'
import { selects } from '../../fields/operators.ts'
import type { Filter } from '../../filters/filter.ts'
import { membersOf } from '../../people/department-members.ts'
import { textsWithNames } from '../../records/list/values-in-words.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import type { SalesPlan, scopes } from '../../sales-plans/schemas.ts'
import { happened } from '../stages/happened.ts'

/** Who asks. */
interface Asking {
  db: Database
  access: Access
}

/** What a sales plan is for. */
export type Scope = (typeof scopes)[number]

type Filters = Map<number, Filter | null>

/** A scope of sales plans: its key and label as a group of rows, and the records of a plan. */
interface PlanScope {
  label: Labels
  /** The member of a plan, and the key of rows. Null for the whole company. */
  key: 'pipelineId' | 'departmentId' | 'userId' | null
}

/** The scopes of sales plans. */
export const planScopes: Readonly<Record<Scope, PlanScope>> = {
  company: { label: say('Company', 'Компания'), key: null },
  pipeline: { label: say('Pipeline', 'Воронка'), key: 'pipelineId' },
  department: { label: say('Department', 'Отдел'), key: 'departmentId' },
  user: { label: say('User', 'Сотрудник'), key: 'userId' },
}

/** Returns what each plan is for, by its id: the condition that its records match. Null if the caller does not know who that is. */
export async function filtersOf({ db, access }: Asking, plans: readonly SalesPlan[]): Promise<Filters> {
  const filters: Filters = new Map()
  const { administers, caller } = access
  for (const { id, pipelineId, departmentId, userId } of plans) {
    if (pipelineId !== null) filters.set(id, { field: 'pipelineId', op: selects.value, value: pipelineId })
    else if (userId !== null) filters.set(id, { field: 'responsibleId', op: selects.value, value: userId })
    else if (departmentId === null) filters.set(id, happened('won'))
    else {
      const { members, unknown } = await membersOf(db, { userId: caller.userId, administers }, [departmentId])
      const isTheirs: Filter = { field: 'responsibleId', op: selects.values, value: members }
      filters.set(id, unknown.length ? null : members.length ? isTheirs : { not: happened('won') })
    }
  }
  return filters
}

/** Returns the names of what plans are for, by the ids of the plans. The whole company has none. */
export async function namesOf(
  { db, access }: Asking,
  grant: Grant,
  plans: readonly SalesPlan[],
): Promise<Map<number, string>> {
  const departmentIds = plans.flatMap(({ departmentId }) => departmentId ?? [])
  const departments = departmentIds.length
    ? await db.selectFrom('department').select(['id', 'name']).where('id', 'in', departmentIds).execute()
    : []
  const { pipelines } = access.catalogue.lookups
  const all = [...pipelines.values()].flat()
  const names = (userName: (id: number) => string) =>
    plans.map(({ id, pipelineId, departmentId, userId }): [number, string] => {
      if (userId !== null) return [id, userName(userId)]
      if (departmentId !== null)
        return [id, departments.find((one) => one.id === departmentId)?.name[access.language] ?? '']
      return [id, all.find((one) => one.id === pipelineId)?.name[access.language] ?? '']
    })
  return new Map(await textsWithNames(db, grant, ({ userName }) => names(userName)))
}
