import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { noRow } from '../rights/rule.ts'
import type { SalesPlan, SalesPlanFilter, scopes } from './schemas.ts'

const scopeColumns = { pipeline: 'pipeline_id', department: 'department_id', user: 'user_id' } as const

/** Reads a page of the sales plans that the caller may read. */
export async function findSalesPlans(
  db: Database,
  access: Access,
  { page, filter }: { page: PageRequest; filter: SalesPlanFilter },
) {
  const list = { name: 'sales plans', filter, order: 'oldest first' } as const
  const { data, page: cursors } = await readIdPage(list, page, plansMatching(db, access, filter))
  return { data: data.map(shown), page: cursors }
}

/** Returns the first sales plans that match a filter and that the caller may read, by month and id. */
export async function readFirstPlans(
  db: Database,
  access: Access,
  { filter, limit }: { filter: SalesPlanFilter; limit: number },
): Promise<SalesPlan[]> {
  const plans = plansMatching(db, access, filter).orderBy('sales_plan.month').orderBy('id').limit(limit)
  return (await plans.execute()).map(shown)
}

function plansMatching(
  db: Database,
  access: Access,
  { type, fromMonth, toMonth, scope, pipelineId, departmentId, userId }: SalesPlanFilter,
) {
  return readablePlans(db, access, type)
    .$if(fromMonth !== undefined, (all) => all.where('month', '>=', firstDay(fromMonth!)))
    .$if(toMonth !== undefined, (all) => all.where('month', '<=', firstDay(toMonth!)))
    .$if(scope !== undefined, (all) => all.where(hasScope(scope!)))
    .$if(pipelineId !== undefined, (all) => all.where('pipeline_id', '=', pipelineId!))
    .$if(departmentId !== undefined, (all) => all.where('department_id', '=', departmentId!))
    .$if(userId !== undefined, (all) => all.where('user_id', '=', userId!))
}

/** Returns a sales plan. Throws `sales_plan_not_found`, also if the caller may not read it. */
export async function readSalesPlan(db: Database, access: Access, id: number): Promise<SalesPlan> {
  return await onlyPlan(readablePlans(db, access).where('id', '=', id), id)
}

/** Returns sales plans in the order of their ids in the list. Ids that the caller may not read are left out. */
export async function readSalesPlans(db: Database, access: Access, ids: readonly number[]): Promise<SalesPlan[]> {
  const plans = await readablePlans(db, access).where(sql<SqlBool>`id = any(${ids})`).execute()
  const byId = new Map(plans.map((plan) => [plan.id, shown(plan)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** Returns a sales plan and locks it. Throws `sales_plan_not_found`, also if the caller may not read it. */
export async function lockSalesPlan(trx: Transaction, access: Access, id: number): Promise<SalesPlan> {
  return await onlyPlan(readablePlans(trx, access).where('id', '=', id).forUpdate(), id)
}

async function onlyPlan(query: { execute(): Promise<PlanRow[]> }, id: number): Promise<SalesPlan> {
  const [plan] = await query.execute()
  if (!plan) throw new Problem('sales_plan_not_found', { id })
  return shown(plan)
}

/** Returns the first day of a month such as `2026-11`. */
export function firstDay(month: string): string {
  return `${month}-01`
}

/**
 * Selects the sales plans that the caller may read, by default of all types. Throws `crm_unavailable`, and the problems
 * of a type that is closed to the caller.
 */
export function readablePlans(db: Database, access: Access, typeCode?: string) {
  const grants = typeCode === undefined ? access.open() : [access.grantFor(typeCode, 'read')]
  return db
    .selectFrom('sales_plan')
    .select(['id', 'version', sql<string>`to_char(month, 'YYYY-MM')`.as('month')])
    .select(sql<string>`(select code from record_type as t where t.id = type_id)`.as('type'))
    .select(['pipeline_id as pipelineId', 'department_id as departmentId', 'user_id as userId'])
    .select(['amount', 'currency', 'count', 'created_by as createdBy', 'created_at as createdAt'])
    .select(['updated_by as updatedBy', 'updated_at as updatedAt'])
    .where(isReadable(access, grants))
}

type PlanRow = Omit<SalesPlan, 'scope'>

function shown({ id, version, month, type, ...rest }: PlanRow): SalesPlan {
  return { id, version, month, type, scope: scopeOf(rest), ...rest }
}

/** Returns what a sales plan is for. */
function scopeOf({ pipelineId, departmentId, userId }: Pick<PlanRow, 'pipelineId' | 'departmentId' | 'userId'>) {
  if (pipelineId !== null) return 'pipeline'
  if (departmentId !== null) return 'department'
  return userId === null ? 'company' : 'user'
}

function hasScope(scope: (typeof scopes)[number]): RawBuilder<SqlBool> {
  if (scope === 'company') return sql<SqlBool>`num_nonnulls(pipeline_id, department_id, user_id) = 0`
  return sql<SqlBool>`${sql.ref(scopeColumns[scope])} is not null`
}

/**
 * SQL of whether the caller may read the sales plan of the row. Who may read all records of a type may read all its
 * plans. Others read those of the company and of pipelines, their own, those of their departments and of the departments
 * above, and those that they may change.
 */
function isReadable({ caller: { userId } }: Access, grants: readonly Grant[]): RawBuilder<SqlBool> {
  const idsWhere = (isAllowed: (grant: Grant) => boolean) => grants.filter(isAllowed).map(({ type }) => type.id)
  const readsAll = idsWhere(({ rows }) => rows.read === null)
  const readsSome = idsWhere(({ rows }) => rows.read !== null && rows.read !== noRow.condition)
  return sql<SqlBool>`(type_id = any(${readsAll}) or type_id = any(${readsSome}) and (
    num_nonnulls(department_id, user_id) = 0 or user_id = ${userId} or ${isLedBy(userId)}
    or department_id in (select a.above_id from user_department as m
      join local.department_above as a on a.department_id = m.department_id where m.user_id = ${userId})))`
}

/** SQL of whether a user heads the department of the sales plan of the row, or a department of its user. */
export function isLedBy(userId: number): RawBuilder<SqlBool> {
  const led = sql`select a.department_id from department as d
    join local.department_above as a on a.above_id = d.id where d.head_id = ${userId}`
  return sql<SqlBool>`(sales_plan.department_id in (${led}) or sales_plan.user_id in (
    select m.user_id from user_department as m where m.department_id in (${led})))`
}
