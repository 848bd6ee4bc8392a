import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { problems } from '../errors/documents.ts'
import { faultsOfItems, validMembers } from '../errors/faulty-body.ts'
import { outsideLimits } from '../errors/outside-limits.ts'
import { invalid } from '../errors/problem.ts'
import type { Cursors } from '../http/cursors.ts'
import { etagOf } from '../http/entity-tags.ts'
import type { App } from '../http/foundation.ts'
import { onePage, pageQuery } from '../http/id-page.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { deleted, deletionAnswers } from '../idempotency/delete-once.ts'
import { type Answer, answerOnce, locationOf } from '../idempotency/once.ts'
import { requireUnscoped } from '../people/scopes.ts'
import { IfMatch } from '../records/api/requests.ts'
import { recordHeaders, sendRecord } from '../records/api/send-record.ts'
import { readIfMatch } from '../records/write/precondition.ts'
import type { Access } from '../rights/access.ts'
import { sentBack } from '../rights/sent-back.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { findSalesPlans, readSalesPlan } from './find-sales-plans.ts'
import {
  mostPlans,
  NewSalesPlan,
  SalesPlan,
  SalesPlanBatch,
  SalesPlanChange,
  SalesPlanList,
  salesPlanFilter,
  salesPlanSchemas,
} from './schemas.ts'
import { changeSalesPlan, createSalesPlan, deleteSalesPlan, setSalesPlans } from './write-sales-plans.ts'

const say = describeOperations('Analytics')

const reading =
  'Requires the read permission for the record type. Who may read all its records reads all its plans. Others read those of the company and of pipelines, their own, those of their departments and of the departments above, and, as head of a department, those of the departments below and of the users in them.'
const writing =
  'Requires the settings right. Heads of departments also set the plans of their departments, of the departments below, and of the users in them.'

const PlansQuery = Type.Object({ ...salesPlanFilter.properties, ...pageQuery }, { additionalProperties: false })
const PlanParams = Type.Object({
  id: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Id of the sales plan.',
    examples: [1],
  }),
})

/** What the routes of sales plans need. */
export interface SalesPlanRoutes {
  db: Database
  cursors: Cursors
}

/** Adds the routes of sales plans. */
export function salesPlanRoutes(app: App, options: SalesPlanRoutes): void {
  addSchemas(app, salesPlanSchemas)
  readingRoutes(app, options)
  creatingRoutes(app, options)
  changingRoutes(app, options)
}

function readingRoutes(app: App, { db, cursors }: SalesPlanRoutes): void {
  app.get(
    '/sales-plans',
    {
      schema: {
        ...say('listSalesPlans', 'List sales plans', `Returns sales plans ordered by id. ${reading}`),
        querystring: PlansQuery,
        response: { 200: ref(SalesPlanList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, query: { limit, cursor, ...filter } }) => {
      const { fromMonth, toMonth } = filter
      if (fromMonth !== undefined && toMonth !== undefined && toMonth < fromMonth) {
        throw invalid([{ parameter: 'toMonth', ...outsideLimits({ min: fromMonth }) }])
      }
      const page = { limit, ...(cursor !== undefined && { cursor }), cursors }
      return await findSalesPlans(db, access, { page, filter })
    },
  )

  app.get(
    '/sales-plans/:id',
    {
      schema: {
        ...say('getSalesPlan', 'Read a sales plan', `Returns a sales plan. ${reading}`),
        params: PlanParams,
        response: { 200: { ...ref(SalesPlan), headers: recordHeaders }, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const plan = await readSalesPlan(db, request.access, request.params.id)
      return sendRecord(request, reply, { version: plan.version, body: JSON.stringify(plan) })
    },
  )
}

function creatingRoutes(app: App, { db }: SalesPlanRoutes): void {
  app.post(
    '/sales-plans',
    {
      attachValidation: true,
      schema: {
        ...say(
          'createSalesPlan',
          'Create a sales plan',
          `Creates a sales plan. There can be one for each month, record type and scope. ${writing}`,
        ),
        body: ref(NewSalesPlan),
        response: {
          201: { ...ref(SalesPlan), headers: recordHeaders },
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const input = validMembers(request)
      return await write(request, reply, db, async (trx, access) => {
        const plan = await createSalesPlan(trx, access, input)
        const { headers, ...answer } = answerOf(plan)
        const location = locationOf(request, `/v1/sales-plans/${plan.id}`)
        return { ...answer, status: 201, headers: { ...headers, ...location } }
      })
    },
  )

  app.post(
    '/sales-plans/batch',
    {
      attachValidation: true,
      schema: {
        ...say(
          'setSalesPlans',
          'Set many sales plans',
          `Creates up to ${mostPlans} sales plans at once, all or none. A plan that exists for the same month, record type and scope gets the new amount, currency and count. ${writing}`,
        ),
        body: ref(SalesPlanBatch),
        response: { 200: ref(SalesPlanList), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const given = { plans: request.body.plans, faults: faultsOfItems(request, '/plans') }
      return await write(request, reply, db, async (trx, access) => ({
        status: 200,
        body: onePage(await setSalesPlans(trx, access, given)),
      }))
    },
  )
}

function changingRoutes(app: App, { db }: SalesPlanRoutes): void {
  app.patch(
    '/sales-plans/:id',
    {
      config: sentBack((access, { id }: { id: number }) => readSalesPlan(db, access, id)),
      attachValidation: true,
      schema: {
        ...say(
          'updateSalesPlan',
          'Change a sales plan',
          `Changes the members that the body names. Month, type and scope of a plan stay. ${writing}`,
        ),
        params: PlanParams,
        headers: IfMatch,
        body: ref(SalesPlanChange),
        response: {
          200: { ...ref(SalesPlan), headers: recordHeaders },
          ...problems(400, 401, 403, 404, 412, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const [input, ifMatch] = [validMembers(request), readIfMatch(request.headers['if-match'])]
      const change = { id: request.params.id, input, ifMatch }
      return await write(request, reply, db, async (trx, access) =>
        answerOf(await changeSalesPlan(trx, access, change)),
      )
    },
  )

  app.delete(
    '/sales-plans/:id',
    {
      schema: {
        ...say('deleteSalesPlan', 'Delete a sales plan', `Deletes a sales plan. ${writing}`),
        params: PlanParams,
        headers: IfMatch,
        response: {
          ...deletionAnswers(ref(SalesPlan), 'The sales plan is deleted.'),
          ...problems(400, 401, 403, 404, 412, 503),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const ifMatch = readIfMatch(request.headers['if-match'])
      return await write(request, reply, db, (trx, access) =>
        deleted(request, trx, {
          show: () => readSalesPlan(trx, access, id),
          remove: () => deleteSalesPlan(trx, access, { id, ifMatch }),
        }),
      )
    },
  )
}

/** Performs a change of sales plans once. A key with scopes changes none, because scopes do not name them. */
async function write(
  request: FastifyRequest,
  reply: FastifyReply,
  db: Database,
  work: (trx: Transaction, access: Access) => Promise<Answer>,
): Promise<never> {
  const { access } = request
  access.requireCrm()
  requireUnscoped(access.caller)
  return await answerOnce(request, reply, db, (trx) => work(trx, access))
}

function answerOf(plan: SalesPlan): Answer {
  const body = JSON.stringify(plan)
  return { status: 200, headers: { etag: etagOf(plan.version, body) }, body }
}
