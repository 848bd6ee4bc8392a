import Type, { type Static } from 'typebox'
import { listOf } from '../http/lists.ts'
import { enumOf, fixedNames, nullable, ref } from '../schema/build.ts'

/** The most sales plans of one request. */
export const mostPlans = 1000

/** What a sales plan can be for. */
export const scopes = ['company', 'pipeline', 'department', 'user'] as const

const id = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const idOf = (description: string) => nullable(Type.Integer(id), { description, examples: [1] })

const month = { description: 'The month.', examples: ['2026-11'] }
const type = { description: 'Code of a record type with stages and amounts.', examples: ['deal'] }
const scopeIds = {
  pipelineId: idOf('Id of the pipeline that the plan is for.'),
  departmentId: idOf('Id of the department that the plan is for.'),
  userId: idOf('Id of the user that the plan is for.'),
}
const amount = { description: 'The planned amount of won records, as a decimal string.', examples: ['1500000'] }
const currency = { description: 'Code of the currency of the amount.', examples: ['RUB'] }
const count = nullable(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }), {
  description: 'The planned number of won records.',
  examples: [40],
})

/** A sales plan in a response. */
export const SalesPlan = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the sales plan.' }),
    version: Type.Integer({ description: 'Number of changes, beginning with 1.' }),
    month: Type.String(month),
    type: Type.String(type),
    scope: enumOf(scopes, { description: 'What the plan is for. `company` is the whole company.' }),
    ...scopeIds,
    amount: Type.String(amount),
    currency: Type.String(currency),
    count,
    createdBy: Type.Integer({ description: 'Id of the user who created the plan.' }),
    createdAt: Type.String({ format: 'date-time', description: 'When the plan was created.' }),
    updatedBy: Type.Integer({ description: 'Id of the user who changed the plan last.' }),
    updatedAt: Type.String({ format: 'date-time', description: 'When the plan was changed last.' }),
  },
  {
    $id: 'SalesPlan',
    description: 'What the whole company, a pipeline, a department or a user is to sell in a month.',
  },
)
/** A sales plan in a response. */
export type SalesPlan = Static<typeof SalesPlan>

/** A page of sales plans. */
export const SalesPlanList = listOf(SalesPlan, 'SalesPlanList')

const monthGiven = (description: string) => Type.String({ ...month, description, format: 'month' })
const decimal = Type.String({ ...amount, format: 'decimal', maxLength: 40 })
const currencyCode = Type.String({ ...currency, maxLength: 10 })

/** The body that creates a sales plan. */
export const NewSalesPlan = Type.Object(
  {
    month: monthGiven(month.description),
    type: Type.String({ ...type, maxLength: 100 }),
    ...Type.Partial(Type.Object(scopeIds)).properties,
    amount: decimal,
    currency: currencyCode,
    count: Type.Optional(count),
  },
  {
    $id: 'NewSalesPlan',
    additionalProperties: false,
    description: 'A sales plan for one pipeline, one department or one user. Without them it is for the whole company.',
    examples: [{ month: '2026-11', type: 'deal', amount: '1500000', currency: 'RUB' }],
  },
)
/** The body that creates a sales plan. */
export type NewSalesPlan = Static<typeof NewSalesPlan>

/** The body that changes a sales plan. */
export const SalesPlanChange = Type.Partial(Type.Object({ amount: decimal, currency: currencyCode, count }), {
  $id: 'SalesPlanChange',
  additionalProperties: false,
  minProperties: 1,
  description: 'What to change. Absent members keep their values. Null clears `count`.',
  examples: [{ amount: '1800000' }],
  ...fixedNames('month', 'type', 'pipelineId', 'departmentId', 'userId'),
})
/** The body that changes a sales plan. */
export type SalesPlanChange = Static<typeof SalesPlanChange>

/** The body that sets many sales plans. */
export const SalesPlanBatch = Type.Object(
  {
    plans: Type.Array(ref(NewSalesPlan), {
      minItems: 1,
      maxItems: mostPlans,
      description: 'The sales plans. No two of them may be for the same month, record type and scope.',
    }),
  },
  {
    $id: 'SalesPlanBatch',
    additionalProperties: false,
    description: 'Sales plans to set, for example those of a year.',
    examples: [
      {
        plans: [
          { month: '2027-01', type: 'deal', amount: '1500000', currency: 'RUB' },
          { month: '2027-02', type: 'deal', amount: '1600000', currency: 'RUB' },
        ],
      },
    ],
  },
)

const only = (of: string) => `Returns only plans ${of}.`
const onlyId = (of: string) => Type.Integer({ ...id, description: only(of) })

/** The filter of a list of sales plans. */
export const salesPlanFilter = Type.Partial(
  Type.Object({
    type: Type.String({ ...type, maxLength: 100, description: only('of this record type') }),
    fromMonth: monthGiven(only('of this month and later')),
    toMonth: monthGiven(only('of this month and earlier')),
    scope: enumOf(scopes, { description: only('with this scope') }),
    pipelineId: onlyId('of this pipeline'),
    departmentId: onlyId('of this department'),
    userId: onlyId('of this user'),
  }),
)
/** The filter of a list of sales plans. */
export type SalesPlanFilter = Static<typeof salesPlanFilter>

/** The schemas of sales plans. */
export const salesPlanSchemas = [SalesPlan, SalesPlanList, NewSalesPlan, SalesPlanChange, SalesPlanBatch]
