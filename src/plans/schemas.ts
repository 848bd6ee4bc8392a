import Type, { type Static } from 'typebox'
import { planFeatures } from '../fields/lookups.ts'
import { Label, LabelsInput } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'

const code = { description: 'Code of the plan. The setting `plan` names the plan in force.', examples: ['basic'] }
const limit = (description: string) => nullable(Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), { description })

const content = {
  features: Type.Array(enumOf(planFeatures), {
    uniqueItems: true,
    maxItems: planFeatures.length,
    description: 'Features that the instance has. Requests that need another one are refused.',
    examples: [['export', 'roles']],
  }),
  searchLimit: limit(
    'The most records of a type that the caller may read if the list has a filter or `q`. Null sets no limit.',
  ),
  analyticsLimit: limit('The most records of a type in analytics. Null sets no limit.'),
}

/** A plan in a response. */
export const Plan = Type.Object(
  { code: Type.String(code), name: ref(Label), ...content },
  { $id: 'Plan', description: 'A plan: a named set of features and limits.' },
)

/** A page of plans. */
export const PlanList = listOf(Plan, 'PlanList')

/** The body that creates a plan. */
export const NewPlan = Type.Object(
  {
    code: Type.String({ ...code, pattern: '^[A-Za-z0-9_-]{1,50}$' }),
    name: ref(LabelsInput),
    features: content.features,
    searchLimit: Type.Optional(content.searchLimit),
    analyticsLimit: Type.Optional(content.analyticsLimit),
  },
  {
    $id: 'NewPlan',
    additionalProperties: false,
    description: 'A new plan. Absent limits are not set.',
    examples: [{ code: 'basic', name: 'Basic', features: ['export'], searchLimit: 50_000 }],
  },
)

/** The body that changes a plan. */
export const PlanChange = Type.Partial(Type.Object({ name: ref(LabelsInput), ...content }), {
  $id: 'PlanChange',
  additionalProperties: false,
  minProperties: 1,
  description: 'What to change. Absent members keep their values. Null removes a limit.',
  examples: [{ searchLimit: 100_000 }],
})

/** The body that creates a plan. */
export type NewPlan = Static<typeof NewPlan>
/** The body that changes a plan. */
export type PlanChange = Static<typeof PlanChange>

/** The schemas of plans. */
export const planSchemas = [Plan, PlanList, NewPlan, PlanChange]
