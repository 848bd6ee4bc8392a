import { Big } from 'big.js'
import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Catalogue, EntityType } from '../entities/catalogue.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, Problem } from '../errors/problem.ts'
import { findMissing } from '../people/members.ts'
import type { Access } from '../rights/access.ts'
import { isLedBy } from './find-sales-plans.ts'
import type { NewSalesPlan } from './schemas.ts'

/** A sales plan of a body: those of its members that match the schema, and where it is. */
export interface GivenPlan {
  pointer: string
  plan: Partial<NewSalesPlan>
}

const scopeIds = ['pipelineId', 'departmentId', 'userId'] as const

/** Returns the faults of sales plans. Throws the problems of types that are closed to the caller. */
export async function faultsOfPlans(trx: Transaction, access: Access, given: readonly GivenPlan[]): Promise<Fault[]> {
  const { catalogue } = access
  const faults = given.flatMap(({ pointer, plan }) => {
    const type = plan.type === undefined ? undefined : plannedTypes(catalogue).get(plan.type)
    if (type) access.grantFor(type.code, 'read')
    const found = [...typeFaults(access, plan), ...scopeFaults(catalogue, plan, type), ...amountFaults(catalogue, plan)]
    return found.map((fault) => ({ ...fault, pointer: pointer + fault.pointer }))
  })
  return [...faults, ...(await missing(trx, 'user', given)), ...(await missing(trx, 'department', given))]
}

/**
 * Throws `sales_plan_forbidden` unless the caller may change the sales plans of these departments and users: an
 * administrator of the CRM, or the head of the department, or of a department above it, or of one of the user.
 */
export async function requireLead(
  trx: Transaction,
  { caller, configures }: Access,
  plans: readonly Partial<Pick<NewSalesPlan, 'departmentId' | 'userId'>>[],
): Promise<void> {
  if (configures) return
  const scopes = plans.map(({ departmentId = null, userId = null }) => ({ departmentId, userId }))
  const { rows } =
    await sql`select from json_to_recordset(${JSON.stringify(scopes)}) as given ("departmentId" bigint, "userId" bigint),
    lateral (select "departmentId" as department_id, "userId" as user_id) as sales_plan
    where ${isLedBy(caller.userId)} is not true limit 1`.execute(trx)
  if (rows.length) throw new Problem('sales_plan_forbidden')
}

/** The types whose records are won and have amounts, by code. */
function plannedTypes({ types }: Catalogue): Map<string, EntityType> {
  return new Map([...types].filter(([, { traits }]) => traits.has('stages') && traits.has('money')))
}

type PlacedFault = Fault & { pointer: string }

function typeFaults({ catalogue, open }: Access, { type }: Partial<NewSalesPlan>): PlacedFault[] {
  const planned = plannedTypes(catalogue)
  if (type === undefined || planned.has(type)) return []
  return [
    unknown(
      '/type',
      type,
      open().flatMap((grant) => (planned.has(grant.type.code) ? [grant.type.code] : [])),
    ),
  ]
}

function scopeFaults({ lookups }: Catalogue, plan: Partial<NewSalesPlan>, type: EntityType | undefined): PlacedFault[] {
  const [, second] = scopeIds.filter((name) => typeof plan[name] === 'number')
  const pipelines = (type && lookups.pipelines.get(type.id)) ?? []
  const { pipelineId = null } = plan
  const isUnknown = type && pipelineId !== null && !pipelines.some(({ id }) => id === pipelineId)
  const known = pipelines.map(({ id }) => String(id))
  return [
    ...(second ? [{ pointer: `/${second}`, code: 'several_scopes' } as const] : []),
    ...(isUnknown ? [{ pointer: '/pipelineId', code: 'unknown_value', allowed: known } as const] : []),
  ]
}

function amountFaults({ lookups }: Catalogue, { amount, currency }: Partial<NewSalesPlan>): PlacedFault[] {
  const { currencies } = lookups
  const known = currency === undefined ? undefined : currencies.get(currency)
  if (currency !== undefined && !known) return [unknown('/currency', currency, [...currencies.keys()])]
  if (amount === undefined || !known) return []
  const { digits } = known
  const least = new Big(10).pow(-digits).toFixed()
  const isPrecise = (amount.split('.')[1] ?? '').length <= digits
  if (!isPrecise) return [{ pointer: '/amount', code: 'too_precise', params: { limit: digits } }]
  return new Big(amount).lt(least) ? [{ pointer: '/amount', code: 'too_small', params: { min: least } }] : []
}

function unknown(pointer: string, given: string, allowed: readonly string[]): PlacedFault {
  const hint = nearest(given, allowed)
  return { pointer, code: 'unknown_value', allowed, ...(hint !== undefined && { hint }) }
}

/** Returns a fault for each user or department that does not exist. */
async function missing(trx: Transaction, type: 'user' | 'department', given: readonly GivenPlan[]): Promise<Fault[]> {
  const name = `${type}Id` as const
  const named = given.flatMap(({ pointer, plan }) => {
    const id = plan[name] ?? null
    return id === null ? [] : [{ id, pointer: `${pointer}/${name}` }]
  })
  const faults = await findMissing(
    trx,
    type,
    named.map(({ id }) => id),
    '',
  )
  return faults.map((fault) => ({ ...fault, pointer: named[Number(fault.pointer?.slice(1))]!.pointer }))
}
