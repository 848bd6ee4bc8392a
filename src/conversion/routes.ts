import type { FastifyRequest } from 'fastify'
import type { SystemType } from '../entities/types.ts'
import { problems } from '../errors/documents.ts'
import { faultDocument, Problem } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { type Answer, answerOnce, isDryRun } from '../idempotency/once.ts'
import { IdParams, IfMatch } from '../records/api/requests.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { writingOf } from '../records/batch/operations.ts'
import { readRecord } from '../records/list/read-record.ts'
import { readPrecondition } from '../records/write/precondition.ts'
import { retryOnTakenKey } from '../records/write/write-context.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { type Conversion, problemOf } from './conversion.ts'
import { idsOf, inOrder, lastConversions, type StoredConversion } from './conversion-rows.ts'
import { convertLeads } from './convert.ts'
import { readTargets } from './request.ts'
import { revertConversion } from './revert-conversion.ts'
import { ConversionDocument, ConversionRequest, ConversionResult } from './schemas.ts'

/** Adds the routes that convert leads, for each type of leads. */
export function conversionRoutes(app: App, types: readonly SystemType[], options: RecordRoutes): void {
  const converted = types.filter(({ traits }) => traits.has('conversion'))
  if (!converted.length) return
  addSchemas(app, [ConversionRequest, ConversionResult, ConversionDocument])
  for (const type of converted) {
    const path = `/${type.plural}/:id`
    convertRoute(app, { path, type }, options)
    conversionOfRoutes(app, { path, type }, options)
  }
}

/** A type of leads, and the path of one lead. */
interface OfType {
  type: SystemType
  path: string
}

const say = describeOperations('Leads')

function convertRoute(app: App, { path, type }: OfType, { db }: RecordRoutes): void {
  app.post(
    `${path}/convert`,
    {
      schema: {
        ...say(
          'convertLead',
          'Convert a lead',
          'Converts a lead to a deal, a contact or a company, or to several of them, in one transaction: new ones with the values of the lead, or existing ones. The deal is linked to the lead, the contact and the company, and the contact to the company. The lead is linked to its client and moves to its success stage. Requires the right to add each new record. Existing records do not change, but an existing contact is linked to a new company. A lead that is already converted gives 409 with what was made of it. With `dryRun=true` the response shows the new records and all faults, and nothing is saved.',
        ),
        params: IdParams,
        headers: IfMatch,
        body: ref(ConversionRequest),
        response: {
          200: ref(ConversionResult),
          ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const writing = writingOf(request.access, type.code)
      const item = { id: request.params.id, ifMatch: readPrecondition(request) }
      const targets = readTargets(request.body)
      const work = async (trx: Parameters<typeof convertLeads>[0]): Promise<Answer> => {
        const [outcome] = await convertLeads(trx, writing, [{ ...item, targets }])
        if (!outcome) throw new Error('no outcome')
        if (!('state' in outcome)) throw outcome.problem
        if (isDryRun(request) && !outcome.problem)
          return { status: 200, body: JSON.stringify(previewOf(outcome, request)) }
        const problem = problemOf(outcome)
        if (problem) throw problem
        const { catalogue } = request.access
        const records = Object.entries(outcome.made).map(([name, { id }]) => ({
          typeId: catalogue.types.get(name)!.id,
          id,
        }))
        return { status: 200, body: JSON.stringify(idsOf(outcome.made)), records }
      }
      return await answerOnce(request, reply, db, work, retryOnTakenKey)
    },
  )
}

function conversionOfRoutes(app: App, { path, type }: OfType, { db }: RecordRoutes): void {
  app.get(
    `${path}/conversion`,
    {
      schema: {
        ...say(
          'getLeadConversion',
          'Read the conversion of a lead',
          'Returns what a lead was converted to, when and by whom. Returns the last conversion, also if it was undone.',
        ),
        params: IdParams,
        response: { 200: ref(ConversionDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params }) => {
      const grant = access.grant(type.code)
      await readRecord(db, grant, params.id, { fields: ['id'] })
      const found = (await lastConversions(db, grant, [params.id])).get(params.id)
      if (!found) throw new Problem('not_converted', { id: params.id })
      return shown(found)
    },
  )

  app.post(
    `${path}/conversion/revert`,
    {
      schema: {
        ...say(
          'revertLeadConversion',
          'Undo the conversion of a lead',
          'Moves the records that the conversion created to the recycle bin. The lead returns to its earlier stage and client, and can be converted again. If a created record was changed since, or another record refers to one, nothing is undone, and the response lists what depends on it.',
        ),
        params: IdParams,
        headers: IfMatch,
        response: {
          200: ref(ConversionDocument),
          ...problems(400, 401, 403, 404, 409, 412, 415, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const writing = writingOf(request.access, type.code)
      const item = { id: request.params.id, ifMatch: readPrecondition(request) }
      return await answerOnce(request, reply, db, async (trx) => ({
        status: 200,
        body: shown(await revertConversion(trx, writing, item)),
      }))
    },
  )
}

function shown({ targets, at, by, undoneAt, undoneBy }: StoredConversion) {
  const records = inOrder(targets).map(([name, { id, isNew }]) => [name, { id, isNew }])
  return { ...Object.fromEntries(records), at, by, undoneAt, undoneBy }
}

function previewOf({ made, bodies, faults }: Conversion, { language }: FastifyRequest): object {
  const targets = inOrder({ ...bodies, ...made }).map(([name]) => {
    const data = bodies[name]
    return [name, data ? { data } : { id: made[name]?.id }]
  })
  return {
    ...Object.fromEntries(targets),
    errors: faults.map((fault) => faultDocument(fault, language)),
  }
}
