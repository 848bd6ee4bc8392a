import type { Random } from '../../storm/random.ts'
import { currencies } from './choices.ts'
import { administers, departmentsOf, isBelow, leads } from './departments.ts'
import type { Ground, Reader } from './ground.ts'
import { amountOf } from './steps.ts'

/** A sales plan of deals. At most one of pipeline, department and user is set. */
export interface Plan {
  id: number
  month: string
  pipelineId: number | null
  departmentId: number | null
  userId: number | null
  amount: string
  currency: string
  count: number | null
}

/** What a sales plan is for. */
export const scopes = { company: null, pipeline: 'pipelineId', department: 'departmentId', user: 'userId' } as const

/** Returns random sales plans of months of these dates. A month has one plan of a scope. */
export function randomPlans(random: Random, ground: Ground, dates: readonly string[]): Plan[] {
  const all = Array.from({ length: random.below(16) }, () => {
    const scope = random.pick(Object.values(scopes))
    const ids = {
      pipelineId: ground.pipelines.deal.map(({ id }) => id),
      departmentId: [...ground.company.parents.keys()],
      userId: ground.users,
    }
    const none = { pipelineId: null, departmentId: null, userId: null }
    return { ...none, month: random.pick(dates).slice(0, 7), ...(scope && { [scope]: random.pick(ids[scope]) }) }
  })
  const different = [...new Map(all.map((plan) => [JSON.stringify(plan), plan])).values()]
  return different.map((plan, place) => {
    const currency = random.pick([currencies[0]!, ...currencies])
    return {
      ...{ id: place + 1, ...plan, currency, amount: amountOf(random, currency) },
      count: random.pick([null, 1 + random.below(9)]),
    }
  })
}

/**
 * Returns whether a reader may read a sales plan: the administrator, who may read all deals, reads all plans. Others read
 * those of the company and of pipelines, their own, those of their departments and of the departments above, and those of
 * the departments that they head, of the departments below, and of the users there.
 */
export function mayReadPlan(ground: Ground, reader: Reader, { departmentId, userId }: Plan): boolean {
  if (administers(ground, reader) || userId === reader.userId) return true
  if (departmentId !== null) {
    const isAbove = departmentsOf(ground, reader.userId).some((own) => isBelow(ground, own, departmentId))
    return isAbove || leads(ground, reader.userId, departmentId)
  }
  return userId === null || departmentsOf(ground, userId).some((id) => leads(ground, reader.userId, id))
}
