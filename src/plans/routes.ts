import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import type { Plan as StoredPlan } from '../fields/lookups.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery, labelFor } from '../http/labels.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce, locationOf } from '../idempotency/once.ts'
import type { Access } from '../rights/access.ts'
import { sentBack } from '../rights/sent-back.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { NewPlan, Plan, PlanChange, PlanList, planSchemas } from './schemas.ts'
import { changePlan, createPlan, findPlans, mostPlans, readPlan } from './store.ts'

const PlanParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the plan.', examples: ['default'] }),
})

const say = describeOperations('Lookups')

/** Adds the routes of plans. Everyone can read them; portal administrators can create and change them. */
export function planRoutes(app: App, { db }: { db: Database }): void {
  addSchemas(app, planSchemas)
  readingRoutes(app, db)
  writingRoutes(app, db)
}

function readingRoutes(app: App, db: Database): void {
  app.get(
    '/plans',
    {
      schema: {
        ...say('listPlans', 'List plans', 'Returns the plans. The setting `plan` is the code of the one in force.'),
        querystring: LabelsQuery,
        response: { 200: ref(PlanList), ...problems(400, 401, 503) },
      },
    },
    async ({ access, query }) => onePage((await findPlans(db)).map((plan) => shown(plan, access, query.labels))),
  )

  app.get(
    '/plans/:code',
    {
      schema: {
        ...say('getPlan', 'Read a plan', 'Returns one plan.'),
        params: PlanParams,
        querystring: LabelsQuery,
        response: { 200: ref(Plan), ...problems(400, 401, 404, 503) },
      },
    },
    async ({ access, params, query }) => shown(await readPlan(db, params.code), access, query.labels),
  )
}

function writingRoutes(app: App, db: Database): void {
  app.post(
    '/plans',
    {
      schema: {
        ...say(
          'createPlan',
          'Create a plan',
          `Creates a plan. It takes effect when the setting \`plan\` names it. There can be ${mostPlans} plans. Requires an administrator.`,
        ),
        body: ref(NewPlan),
        response: { 201: ref(Plan), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, body } = request
      access.requireAdmin()
      return await answerOnce(request, reply, db, async (trx) => {
        const plan = await createPlan(trx, body)
        return { status: 201, headers: locationOf(request, `/v1/plans/${plan.code}`), body: shown(plan, access) }
      })
    },
  )

  app.patch(
    '/plans/:code',
    {
      config: sentBack(async (access, { code }: { code: string }) => shown(await readPlan(db, code), access, 'all')),
      schema: {
        ...say(
          'updatePlan',
          'Change a plan',
          'Changes the members that the body names. The change takes effect from the next request. Requires an administrator.',
        ),
        params: PlanParams,
        body: ref(PlanChange),
        response: { 200: ref(Plan), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, body } = request
      access.requireAdmin()
      return await answerOnce(request, reply, db, async (trx) => ({
        status: 200,
        body: shown(await changePlan(trx, params.code, body), access),
      }))
    },
  )
}

function shown({ name, ...plan }: StoredPlan, { language }: Access, labels?: 'all') {
  return { ...plan, features: [...plan.features], name: labelFor(name, language, labels) }
}
