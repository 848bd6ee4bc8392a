import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../entities/types.ts'
import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import { etagOf } from '../http/entity-tags.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { type Answer, answerOnce, locationOf } from '../idempotency/once.ts'
import { nameOf } from '../records/api/field-properties.ts'
import type { RecordResource } from '../records/api/record-resource.ts'
import { IdParams } from '../records/api/requests.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { anyRecord, recordSchemas } from '../records/api/schemas.ts'
import { recordHeaders } from '../records/api/send-record.ts'
import type { DescribedType } from '../records/api/user-field-schemas.ts'
import { writingOf } from '../records/batch/operations.ts'
import { retryOnTakenKey } from '../records/write/write-context.ts'
import { checkedAs, describeOperations, enumOf, ref } from '../schema/build.ts'
import { copyRecord, linkBack, readCopy } from './copy.ts'

/** Adds the routes that copy the records of each resource. */
export function copyRoutes(app: App, resources: readonly RecordResource[], options: RecordRoutes): void {
  const types = resources.map(({ type }) => type)
  for (const resource of resources) copyRoute(app, { resource, types }, options)
}

function copyRoute(
  app: App,
  { resource, types }: { resource: RecordResource; types: readonly SystemType[] },
  { db, onCreatedOf }: RecordRoutes,
): void {
  const { type, path, params, codeOf } = resource
  const one = type.title.en.toLowerCase()
  const a = `${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`
  const request = copyRequest(type, types)
  addSchemas(app, [request])
  app.post(
    `${path}/:id/copy`,
    {
      // A copy needs no body.
      preValidation(request, _reply, done) {
        request.body ??= {}
        done()
      },
      schema: {
        ...describeOperations(type.titles.en)(
          `copy${nameOf(type.code)}`,
          `Copy ${a}`,
          `Creates a record with the values of the ${one}: of the same type, or of a type that refers to ${a}. A record of another type gets the fields that both types have, the client and the parents included, and refers to the ${one}. External keys, numbers and stages are not copied; phones and the like get ids of their own.`,
        ),
        params: params(IdParams),
        body: ref(request),
        response: {
          201: { ...anyRecord, headers: recordHeaders },
          ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { access } = request
      const source = access.grant(codeOf(request))
      const { type: code, data } = readCopy(request.body, source.type, access.catalogue.types)
      const writing = writingOf(access, code, onCreatedOf)
      return await answerOnce(
        request,
        reply,
        db,
        async (trx): Promise<Answer> => {
          const outcome = await copyRecord(trx, { source, writing }, { id: request.params.id, data })
          if ('problem' in outcome) throw inData(outcome.problem)
          const { id, version, body } = outcome
          const { type: to } = writing.grant
          const headers = { etag: etagOf(version, body), ...locationOf(request, `/v1${to.path}/${id}`) }
          return { status: 201, headers, body, records: [{ typeId: to.id, id }] }
        },
        retryOnTakenKey,
      )
    },
  )
}

/** Moves the pointers of a record's faults to their places in the body of the request. */
function inData({ code, params, faults, headers, extra }: Problem): Problem {
  const moved = faults.map((fault) => ({ ...fault, pointer: `/data${fault.pointer ?? ''}` }))
  return new Problem(code, params, { faults: moved, headers, extra })
}

/** Returns the named schema of a request to copy a record of a type. */
export function copyRequest(type: DescribedType, types: readonly DescribedType[]): TSchema {
  const targets = types.filter((to) => to.code === type.code || (!to.isAny && linkBack(to, type)))
  const data = targets.map((to) => ref(recordSchemas(to).changed))
  const description = 'Fields of the new record, which replace those of the source.'
  return Type.Object(
    {
      type: Type.Optional(
        enumOf(targets.map(({ code }) => code) as [string, ...string[]], {
          description: `Type of the new record. The default is \`${type.code}\`.`,
        }),
      ),
      data: Type.Optional(data.length > 1 ? Type.Union(data, { description }) : { ...data[0]!, description }),
    },
    {
      ...checkedAs({ type: 'object' }),
      $id: `${nameOf(type.code)}Copy`,
      additionalProperties: false,
      description: 'How to copy a record.',
      examples: [{ data: { comment: 'A copy' } }],
    },
  )
}
