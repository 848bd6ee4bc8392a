import type { Database } from '../database/connect.ts'
import type { Labels } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import type { Plan, PlanFeature } from '../fields/lookups.ts'
import { readLabels } from '../http/labels.ts'
import type { NewPlan, PlanChange } from './schemas.ts'

/** Maximum number of plans. */
export const mostPlans = 100

/** Returns all plans in the order of their codes. */
export async function findPlans(db: Database): Promise<Plan[]> {
  return await plans(db).orderBy('code').execute()
}

/** Returns a plan. Throws `plan_not_found`. */
export async function readPlan(db: Database, code: string): Promise<Plan> {
  const plan = await plans(db).where('code', '=', code).executeTakeFirst()
  if (!plan) throw new Problem('plan_not_found', { code })
  return plan
}

/** Creates a plan. Throws `plan_exists` and `limit_reached`. */
export async function createPlan(db: Database, { code, ...content }: NewPlan): Promise<Plan> {
  const present = await findPlans(db)
  if (present.length >= mostPlans) throw new Problem('limit_reached', { limit: mostPlans })
  const { name, ...columns } = columnsOf(content)
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('plan')
    .values({ code, name: name ?? JSON.stringify({}), features: content.features, ...columns })
    .onConflict((conflict) => conflict.column('code').doNothing())
    .executeTakeFirstOrThrow()
  if (!numInsertedOrUpdatedRows) throw new Problem('plan_exists', { code })
  return await readPlan(db, code)
}

/** Changes a plan. Servers see the change with their next request. Throws `plan_not_found`. */
export async function changePlan(db: Database, code: string, change: PlanChange): Promise<Plan> {
  const { name } = await readPlan(db, code)
  await db.updateTable('plan').set(columnsOf(change, name)).where('code', '=', code).execute()
  return await readPlan(db, code)
}

/** Returns the columns of the given members. */
function columnsOf({ name, features, searchLimit, analyticsLimit }: PlanChange, before?: Labels) {
  return {
    ...(name !== undefined && { name: JSON.stringify(readLabels(name, before)) }),
    ...(features && { features }),
    ...(searchLimit !== undefined && { search_limit: searchLimit }),
    ...(analyticsLimit !== undefined && { analytics_limit: analyticsLimit }),
  }
}

function plans(db: Database) {
  return db
    .selectFrom('plan')
    .select(['code', 'name', 'search_limit as searchLimit', 'analytics_limit as analyticsLimit'])
    .select((columns) => columns.ref('features').$castTo<PlanFeature[]>().as('features'))
}
