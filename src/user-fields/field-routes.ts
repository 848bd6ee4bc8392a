import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { findType, TypeParams } from '../entities/find-type.ts'
import { problems } from '../errors/documents.ts'
import { nearest } from '../errors/nearest.ts'
import { invalid, Problem } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { scrubTask } from '../history/scrub.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery, shown } from '../http/labels.ts'
import { answerIndex, isTried, locationOf, once, send } from '../idempotency/once.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { ref, saying } from '../schema/build.ts'
import { whileOthersWork } from './change-columns.ts'
import { readIndexStates } from './field-indexes.ts'
import { FieldChange, FieldDocument, FieldList, FieldLoss, NewField, shownField } from './field-requests.ts'
import { countFilled, type Using, valuesInUse } from './field-usage.ts'
import { indexTask } from './make-indexes.ts'
import { readFieldChange, readNewField } from './read-field.ts'
import { changeUserField, createUserField, deleteUserField, takeOptions } from './write-user-field.ts'

const FieldParams = Type.Object({
  ...TypeParams.properties,
  field: Type.String({ maxLength: 100, description: 'Code of the field.', examples: ['delivery_city'] }),
})
const say = saying('Types and fields')

/** The fields of a type: those of the system and those that users add, change and delete. */
export function fieldRoutes(
  app: App,
  { db, access: maker, queue }: { db: Database; access: AccessMaker; queue: JobQueue },
): void {
  const path = '/types/:code/fields'
  /** A field as it is in the transaction that changed it. */
  const shownNow = async (trx: Transaction, access: Access, typeCode: string, name: string) => {
    const present = await maker.within(trx, access)
    return (await shower(trx, present, typeCode))(fieldOf(present.grant(typeCode), name))
  }

  app.get(
    path,
    {
      schema: {
        ...say(
          'listFields',
          'List fields',
          'The fields of a type that exist for the caller: their kinds, labels, settings, and what filters may ask of them.',
        ),
        params: TypeParams,
        querystring: LabelsQuery,
        response: { 200: ref(FieldList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      const show = await shower(db, access, params.code, query.labels)
      return onePage([...access.grant(params.code).readable.values()].map(show))
    },
  )

  app.get(
    `${path}/:field`,
    {
      schema: {
        ...say('getField', 'Read a field', 'One field of a type.'),
        params: FieldParams,
        querystring: LabelsQuery,
        response: { 200: ref(FieldDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      const show = await shower(db, access, params.code, query.labels)
      return show(fieldOf(access.grant(params.code), params.field))
    },
  )

  app.post(
    path,
    {
      schema: {
        ...say(
          'createField',
          'Add a field',
          'Adds a field to every record of the type, while others go on reading and writing. It can be filtered and sorted by at once; `indexState` tells when that is fast.',
        ),
        params: TypeParams,
        body: ref(NewField),
        response: { 201: ref(FieldDocument), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const type = changeableType(request.access, request.params.code)
      await queue.prepare(indexTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          // Read where the field may be there already: a request that comes again is not one that clashes.
          const field = readNewField(request.body, type, request.access.context())
          await createUserField(trx, type, field, request.access.caller.userId)
          await queue.enqueue(trx, indexTask, { typeId: type.id })
          const headers = locationOf(request, `/v1/types/${type.code}/fields/${field.code}`)
          return { status: 201, headers, body: await shownNow(trx, request.access, type.code, field.code) }
        })
      return send(reply, await whileOthersWork(db, work, optionsOf(request)))
    },
  )

  app.patch(
    `${path}/:field`,
    {
      schema: {
        ...say(
          'updateField',
          'Change a field',
          'Changes label, help, order, obligation, whether it is searched, or options. Options are given whole; one that records hold cannot be left out.',
        ),
        params: FieldParams,
        body: ref(FieldChange),
        response: { 200: ref(FieldDocument), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const type = changeableType(request.access, request.params.code)
      const grant = request.access.grant(type.code)
      const field = userField(fieldOf(grant, request.params.field))
      const change = readFieldChange(request.body, field)
      const isIndexed = change.searchable !== undefined && change.searchable !== field.searchable
      if (isIndexed) await queue.prepare(indexTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          if (change.options) await checkUnused(trx, usingOf(request.access, type), field, change.options)
          await changeUserField(trx, field.userFieldId, change)
          if (isIndexed) await queue.enqueue(trx, indexTask, { typeId: type.id })
          return { status: 200, body: await shownNow(trx, request.access, type.code, field.path) }
        })
      return send(reply, await whileOthersWork(db, work, optionsOf(request)))
    },
  )

  app.delete(
    `${path}/:field`,
    {
      schema: {
        ...say(
          'deleteField',
          'Delete a field',
          'Deletes a field of users with its values in all records; `dryRun=true` tells how many records have one. Fields of the system can only be hidden.',
        ),
        params: FieldParams,
        response: {
          200: ref(FieldLoss),
          204: Type.Null({ description: 'The field is gone.' }),
          ...problems(400, 401, 403, 404, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const type = changeableType(request.access, request.params.code)
      const find = () => userField(fieldOf(request.access.grant(type.code), request.params.field))
      if (isTried(request)) return { records: await countFilled(db, usingOf(request.access, type), find()) }
      await queue.prepare(scrubTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          // Looked for here: a request that comes again finds it gone, and is answered as the first time.
          const field = find()
          await deleteUserField(trx, field)
          await queue.enqueue(trx, scrubTask, { typeId: type.id, key: field.key })
          return { status: 204 }
        })
      return send(reply, await whileOthersWork(db, work, optionsOf(request)))
    },
  )
}

/** Who comes second with an `Idempotency-Key` finds the answer when it looks again. */
function optionsOf(request: FastifyRequest) {
  return { retryOnUnique: [answerIndex], dryRun: isTried(request) }
}

/** Refuses to leave out options that records hold, and keeps others from giving them to more until the end. */
async function checkUnused(
  trx: Transaction,
  using: Using,
  field: Field & { userFieldId: number },
  options: readonly { code: string }[],
): Promise<void> {
  const present = await takeOptions(trx, field.userFieldId)
  const gone = present.filter((code) => !options.some((option) => option.code === code))
  const used = await valuesInUse(trx, using, field, gone)
  if (used.length) throw invalid(used.map((name) => ({ pointer: '/options', code: 'option_in_use', params: { name } })))
}

function usingOf(access: Access, { code }: EntityType): Using {
  return { grant: access.grant(code), now: access.context().now }
}

function changeableType(access: Access, code: string): EntityType {
  access.requireCrm()
  access.requireAdmin()
  return findType(access.catalogue, code)
}

/** A field by its code or its path. Throws field_not_found, also for what the caller may not see. */
function fieldOf({ readable }: Grant, name: string): Field {
  const field = readable.get(name) ?? readable.get(`userFields.${name}`)
  if (field) return field
  const hint = nearest(
    name,
    [...readable.values()].map(({ code }) => code),
  )
  throw new Problem('field_not_found', { code: name }, { extra: hint ? { hint } : {} })
}

function userField(field: Field): Field & { userFieldId: number } {
  const { userFieldId } = field
  if (userFieldId === null) throw new Problem('system_field_fixed', { code: field.code })
  return { ...field, userFieldId }
}

/** Shows fields of a type with the state of their indexes; those of the system have had theirs from the beginning. */
async function shower(db: Database, access: Access, typeCode: string, all?: 'all') {
  const { type } = access.grant(typeCode)
  const states = await readIndexStates(db, type)
  return (field: Field) =>
    shownField(
      field,
      texts(access, all),
      field.userFieldId === null ? 'ready' : (states.get(field.userFieldId) ?? 'pending'),
    )
}

function texts({ language }: Access, all?: 'all') {
  return (labels: Field['label']) => shown(labels, language, all)
}
