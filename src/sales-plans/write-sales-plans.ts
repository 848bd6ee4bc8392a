import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { soundness, type ValidMembers } from '../errors/faulty-body.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { type Precondition, requireVersion } from '../records/write/precondition.ts'
import type { Access } from '../rights/access.ts'
import { faultsOfPlans, requireLead } from './check-sales-plans.ts'
import { firstDay, lockSalesPlan, readSalesPlan, readSalesPlans } from './find-sales-plans.ts'
import type { NewSalesPlan, SalesPlan, SalesPlanChange } from './schemas.ts'

/** Creates a sales plan. Throws `sales_plan_forbidden`, `sales_plan_exists` and the faults of the body. */
export async function createSalesPlan(
  trx: Transaction,
  access: Access,
  { body, faults }: ValidMembers<NewSalesPlan>,
): Promise<SalesPlan> {
  await requireLead(trx, access, [body])
  throwAny([...faults, ...(await faultsOfPlans(trx, access, [{ pointer: '', plan: body }]))])
  const isNew = await insertPlans(trx, access, [body], sql`do nothing`)
  const [id = 0] = await findIds(trx, [body])
  if (!isNew) throw new Problem('sales_plan_exists', { id }, { extra: { id } })
  return await readSalesPlan(trx, access, id)
}

/** The sales plans of a body, and the faults of its schema. */
export interface GivenPlans {
  plans: readonly NewSalesPlan[]
  faults: readonly Fault[]
}

/**
 * Creates sales plans and returns them in order. Plans that exist for the same month, type and scope get the new
 * amounts. Throws `sales_plan_forbidden` and the faults of the body.
 */
export async function setSalesPlans(
  trx: Transaction,
  access: Access,
  { plans, faults }: GivenPlans,
): Promise<SalesPlan[]> {
  const isSound = soundness(faults)
  const given = plans.map((plan, index) => ({ pointer: `/plans/${index}`, plan }))
  const sound = given.filter(({ pointer }) => isSound(pointer))
  await requireLead(
    trx,
    access,
    sound.map(({ plan }) => plan),
  )
  const seen = new Set<string>()
  const repeated = sound.flatMap(({ pointer, plan }): Fault[] =>
    seen.size === seen.add(keyOf(plan)).size ? [{ pointer, code: 'duplicate_value' }] : [],
  )
  throwAny([...faults, ...(await faultsOfPlans(trx, access, sound)), ...repeated])
  const update = sql`on constraint sales_plan_key do update set ${changes(access, 'excluded')}
    where ${differs('excluded')}`
  await insertPlans(trx, access, plans, update)
  return await readSalesPlans(trx, access, await findIds(trx, plans))
}

/** The change of a sales plan, and the versions that the plan may have. */
export interface PlanChange {
  id: number
  input: ValidMembers<SalesPlanChange>
  ifMatch: Precondition | undefined
}

/**
 * Changes a sales plan. Throws `sales_plan_not_found`, `sales_plan_forbidden`, `precondition_failed` and the faults of
 * the body.
 */
export async function changeSalesPlan(
  trx: Transaction,
  access: Access,
  { id, input: { body, faults }, ifMatch }: PlanChange,
): Promise<SalesPlan> {
  const before = await lockForChange(trx, access, { id, ifMatch, fields: Object.keys(body) })
  const { amount = before.amount, currency = before.currency, count = before.count } = body
  const found = await faultsOfPlans(trx, access, [{ pointer: '', plan: { amount, currency } }])
  // A new currency can make the present amount too precise.
  const pointer = body.amount === undefined ? '/currency' : '/amount'
  throwAny([...faults, ...found.map((fault) => (fault.pointer === '/amount' ? { ...fault, pointer } : fault))])
  await holdCurrencies(trx, [currency])
  await sql`update sales_plan set ${changes(access, 'given')}
    from (select ${amount}::numeric as amount, ${currency}::text as currency, ${count}::bigint as count) as given
    where sales_plan.id = ${id} and ${differs('given')}`.execute(trx)
  return await readSalesPlan(trx, access, id)
}

/** Deletes a sales plan. Throws `sales_plan_not_found`, `sales_plan_forbidden` and `precondition_failed`. */
export async function deleteSalesPlan(
  trx: Transaction,
  access: Access,
  { id, ifMatch }: Pick<PlanChange, 'id' | 'ifMatch'>,
): Promise<void> {
  await lockForChange(trx, access, { id, ifMatch, fields: [] })
  await trx.deleteFrom('sales_plan').where('id', '=', id).execute()
}

async function lockForChange(
  trx: Transaction,
  access: Access,
  { id, ifMatch, fields }: Pick<PlanChange, 'id' | 'ifMatch'> & { fields: readonly string[] },
): Promise<SalesPlan> {
  const before = await lockSalesPlan(trx, access, id)
  await requireLead(trx, access, [before])
  requireVersion(before.version, ifMatch, fields)
  return before
}

function throwAny(faults: readonly Fault[]): void {
  if (faults.length) throw invalid(faults)
}

function keyOf({ month, type, pipelineId = null, departmentId = null, userId = null }: NewSalesPlan): string {
  return JSON.stringify([month, type, pipelineId, departmentId, userId])
}

/** Prevents the removal of currencies until the change that uses them is committed. */
async function holdCurrencies(trx: Transaction, codes: Iterable<string>): Promise<void> {
  const named = JSON.stringify([...new Set(codes)].map((code) => ({ code })))
  await sql`select hold_currencies(${named}::jsonb)`.execute(trx)
}

/** Inserts sales plans. Returns whether any of them was inserted or changed. */
async function insertPlans(
  trx: Transaction,
  { caller: { userId } }: Access,
  plans: readonly NewSalesPlan[],
  onConflict: RawBuilder<unknown>,
): Promise<boolean> {
  await holdCurrencies(
    trx,
    plans.map(({ currency }) => currency),
  )
  const { rows } = await sql`insert into sales_plan
      (month, type_id, pipeline_id, department_id, user_id, amount, currency, count, created_by, updated_by)
    select month, type_id, pipeline_id, department_id, user_id, amount, currency, count, ${userId}, ${userId}
    from (${given(plans)}) as given order by month, type_id, pipeline_id, department_id, user_id
    on conflict ${onConflict} returning id`.execute(trx)
  return rows.length > 0
}

/** Returns the ids of the sales plans for the same months, types and scopes, in order. */
async function findIds(trx: Transaction, plans: readonly NewSalesPlan[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select p.id from (${given(plans)}) as given join sales_plan as p
    on p.month = given.month and p.type_id = given.type_id
    and (p.pipeline_id, p.department_id, p.user_id) is not distinct from (given.pipeline_id, given.department_id, given.user_id)
    order by given.place`.execute(trx)
  return rows.map(({ id }) => id)
}

/** SQL of sales plans of a body, with the columns of the table. */
function given(plans: readonly NewSalesPlan[]): RawBuilder<unknown> {
  const rows = plans.map(({ month, type, ...rest }, place) => ({ ...rest, place, day: firstDay(month), code: type }))
  return sql`select given.place, given.day as month, t.id as type_id, "pipelineId" as pipeline_id,
      "departmentId" as department_id, "userId" as user_id, amount, currency, count
    from json_to_recordset(${JSON.stringify(rows)}) as given (place integer, day date, code text, "pipelineId" bigint,
      "departmentId" bigint, "userId" bigint, amount numeric, currency text, count bigint)
    join record_type as t on t.code = given.code`
}

const changeable = ['amount', 'currency', 'count'] as const

/** SQL of the new values of a sales plan: those of another row, and who changed it when. */
function changes({ caller }: Access, row: string): RawBuilder<unknown> {
  const values = changeable.map((name) => sql`${sql.ref(name)} = ${sql.ref(`${row}.${name}`)}`)
  return sql`${sql.join(values)}, version = sales_plan.version + 1, updated_by = ${caller.userId},
    updated_at = greatest(sales_plan.updated_at, date_trunc('milliseconds', now()))`
}

/** SQL of whether another row has other values than the sales plan. */
function differs(row: string): RawBuilder<unknown> {
  const columnsOf = (name: string) => sql.join(changeable.map((column) => sql.ref(`${name}.${column}`)))
  return sql`(${columnsOf('sales_plan')}) is distinct from (${columnsOf(row)})`
}
