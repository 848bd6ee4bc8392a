import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { TypeParams } from '../entities/find-type.ts'
import { keepTypes } from '../entities/lock-types.ts'
import { problems } from '../errors/documents.ts'
import { invalid, Problem } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import type { FieldUses } from '../fields/field-use.ts'
import { scrubTask } from '../history/scrub.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery, labelFor } from '../http/labels.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { isDryRun, locationOf, once, send } from '../idempotency/once.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import { sentBack } from '../rights/sent-back.ts'
import { ref } from '../schema/build.ts'
import { changeOnline } from './change-columns.ts'
import { checkDefaultUsers } from './check-default.ts'
import { countViolations } from './count-violations.ts'
import { readIndexStates } from './field-indexes.ts'
import { FieldLoss, lossOf } from './field-loss.ts'
import { FieldChange, FieldDocument, FieldList, fieldSchemas, NewField, toFieldDocument } from './field-requests.ts'
import { type UsageScope, valuesInUse } from './field-usage.ts'
import { changeableType, FieldParams, fieldOf, say, writeOptions } from './find-field.ts'
import { marksIn } from './index-marks.ts'
import { indexTask } from './make-indexes.ts'
import { type FieldReading, readFieldChange, readNewField } from './read-field.ts'
import { removeField } from './remove-field.ts'
import type { UserField } from './visibility.ts'
import { changeUserField, createUserField, lockOptions } from './write-user-field.ts'

/** The dependencies of the routes of fields. */
export interface FieldRoutes {
  db: Database
  access: AccessMaker
  queue: JobQueue
  /** The places that can use a user field. */
  uses: readonly FieldUses[]
}

/** Routes for the fields of a type: read all of them; create, change and delete user fields. */
export function fieldRoutes(app: App, { db, access: maker, queue, uses }: FieldRoutes): void {
  const path = '/types/:code/fields'
  addSchemas(app, [...fieldSchemas, FieldLoss])
  /** Returns a field as the transaction that changed it sees it. */
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
          'Returns the fields of a type that the caller may read, with their kinds, labels, settings and supported filters.',
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
        ...say('getField', 'Read a field', 'Returns one field of a type.'),
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
          'Create a field',
          'Creates a user field (custom field) for all records of the type. Other requests continue while the field is created. You can filter and sort by it immediately; this is fast once `indexState` is `ready`.',
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
          // Read inside `once`: a repeated request must return the stored response even though the field now exists.
          const access = await accessNaming(trx, maker, request)
          const field = readNewField(request.body, readingOf(access, type))
          await checkDefaultUsers(trx, field)
          await createUserField(trx, type, field, request.access.caller.userId)
          await queue.enqueue(trx, indexTask, { typeId: type.id })
          const headers = locationOf(request, `/v1/types/${type.code}/fields/${field.code}`)
          return { status: 201, headers, body: await shownNow(trx, request.access, type.code, field.code) }
        })
      return send(reply, await changeOnline(db, work, writeOptions(request)))
    },
  )

  app.patch(
    `${path}/:field`,
    {
      config: sentBack(async (access, { code, field }: { code: string; field: string }) => {
        const show = await shower(db, access, code, 'all')
        return show(fieldOf(access.grant(code), field))
      }),
      schema: {
        ...say(
          'updateField',
          'Change a field',
          'Changes a user field. Indexes are built or dropped shortly after the response. `options` replaces the whole list. An option that records use cannot be removed. Changed settings apply to new values: stored values stay as they are. With `dryRun=true`, `violations` tells which records have values that break the new settings.',
        ),
        params: FieldParams,
        body: ref(FieldChange),
        response: { 200: ref(FieldDocument), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const type = changeableType(request.access, request.params.code)
      const isIndexed = Object.keys(marksIn(request.body)).length > 0
      if (isIndexed) await queue.prepare(indexTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          const access = await accessNaming(trx, maker, request)
          const field = userField(fieldOf(access.grant(type.code), request.params.field))
          const change = readFieldChange(request.body, field, readingOf(access, type))
          const using = usingOf(access, type)
          if (change.options) await checkUnused(trx, using, field, change.options)
          await checkDefaultUsers(trx, { ...field, ...change })
          const counted =
            change.settings && isDryRun(request)
              ? await countViolations(trx, using, { ...field, settings: change.settings }, request.access.context())
              : undefined
          await changeUserField(trx, field, change)
          if (isIndexed) await queue.enqueue(trx, indexTask, { typeId: type.id })
          const body = await shownNow(trx, request.access, type.code, field.path)
          return { status: 200, body: { ...body, ...(counted && { violations: counted }) } }
        })
      return send(reply, await changeOnline(db, work, writeOptions(request)))
    },
  )

  app.delete(
    `${path}/:field`,
    {
      schema: {
        ...say(
          'deleteField',
          'Delete a field',
          'Deletes a user field and its values in all records. With `dryRun=true`, returns the number of records that have a value and the places that use the field, and deletes nothing. A new field with the same code starts empty. System fields cannot be deleted.',
        ),
        params: FieldParams,
        response: {
          200: ref(FieldLoss),
          204: Type.Null({ description: 'The field is deleted.' }),
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const type = changeableType(request.access, request.params.code)
      const find = () => userField(fieldOf(request.access.grant(type.code), request.params.field))
      if (isDryRun(request))
        return await lossOf(
          db,
          usingOf(request.access, type),
          { ...find(), typeCode: type.code },
          { uses, text: texts(request.access) },
        )
      await queue.prepare(scrubTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          // Found inside `once`: a repeated request must return the stored response although the field is deleted.
          await removeField(trx, { ...find(), typeCode: type.code }, { queue, uses })
          return { status: 204 }
        })
      return send(reply, await changeOnline(db, work, writeOptions(request)))
    },
  )
}

/** Throws `option_in_use` when a removed option is in use. Locks the options until the end of the transaction. */
async function checkUnused(
  trx: Transaction,
  using: UsageScope,
  field: UserField,
  options: readonly { code: string }[],
): Promise<void> {
  const present = await lockOptions(trx, field.userFieldId)
  const gone = present.filter((code) => !options.some((option) => option.code === code))
  const used = await valuesInUse(trx, using, field, gone)
  if (used.length) throw invalid(used.map((name) => ({ pointer: '/options', code: 'option_in_use', params: { name } })))
}

/** Returns the access of a request. The types that new settings name exist until the end of the transaction. */
async function accessNaming(
  trx: Transaction,
  maker: AccessMaker,
  { access, body }: { access: Access; body: { settings?: object } },
): Promise<Access> {
  if (!body.settings) return access
  await keepTypes(trx)
  return await maker.within(trx, access)
}

function readingOf(access: Access, type: EntityType): FieldReading {
  return { type, types: [...access.catalogue.types.keys()], context: access.context() }
}

function usingOf(access: Access, { code }: EntityType): UsageScope {
  return { grant: access.grant(code), now: access.context().now }
}

function userField(field: Field): UserField {
  const { userFieldId } = field
  if (userFieldId === null) throw new Problem('system_field_fixed', { code: field.code })
  return { ...field, userFieldId }
}

/** Returns a function that shows fields with their index state. The indexes of system fields are always ready. */
async function shower(db: Database, access: Access, typeCode: string, all?: 'all') {
  const { type } = access.grant(typeCode)
  const states = await readIndexStates(db, type)
  return (field: Field) =>
    toFieldDocument(
      field,
      texts(access, all),
      field.userFieldId === null ? 'ready' : (states.get(field.userFieldId) ?? 'pending'),
    )
}

function texts({ language }: Access, all?: 'all') {
  return (labels: Field['label']) => labelFor(labels, language, all)
}
