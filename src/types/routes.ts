import Type, { type Static } from 'typebox'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { findType, TypeParams } from '../entities/find-type.ts'
import { lockTypes } from '../entities/lock-types.ts'
import { featuresOf } from '../entities/smart-processes.ts'
import { problems } from '../errors/documents.ts'
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
import { describeOperations, ref } from '../schema/build.ts'
import { changeOnline } from '../user-fields/change-columns.ts'
import { writeOptions } from '../user-fields/find-field.ts'
import { deleteType, lossOf } from './delete-type.ts'
import { usesOf } from './link-fields.ts'
import { changeable, readNewType, readTypeChange } from './read-type.ts'
import { ForceQuery, NewType, RecordType, RecordTypeList, TypeChange, TypeLoss, typeSchemas } from './schemas.ts'
import { writeRelations } from './write-relations.ts'
import { changeType, createType } from './write-type.ts'

const say = describeOperations('Types and fields')

/** The dependencies of the routes of types. */
export interface TypeRoutes {
  db: Database
  access: AccessMaker
  queue: JobQueue
  /** The places that can use a user field. */
  uses: readonly FieldUses[]
}

/** Routes for the record types of the instance. */
export function typeRoutes(app: App, routes: TypeRoutes): void {
  addSchemas(app, [...typeSchemas])
  readingRoutes(app)
  writingRoutes(app, routes)
  deletingRoute(app, routes)
}

function readingRoutes(app: App): void {
  app.get(
    '/types',
    {
      schema: {
        ...say('listTypes', 'List types', 'Returns the record types of the instance, with the path of their records.'),
        querystring: LabelsQuery,
        response: { 200: ref(RecordTypeList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      return onePage([...access.catalogue.types.values()].map((type) => shownType(type, access, query.labels)))
    },
  )

  app.get(
    '/types/:code',
    {
      schema: {
        ...say('getType', 'Read a type', 'Returns one record type.'),
        params: TypeParams,
        querystring: LabelsQuery,
        response: { 200: ref(RecordType), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      access.requireCrm()
      return shownType(findType(access.catalogue, params.code), access, query.labels)
    },
  )
}

function writingRoutes(app: App, { db, access: maker, queue }: TypeRoutes): void {
  app.post(
    '/types',
    {
      schema: {
        ...say(
          'createType',
          'Create a smart process',
          'Creates a record type of your own. Its records have fields, rights, import, export, search, history and bulk actions like those of every other type. Requires the settings right.',
        ),
        body: ref(NewType),
        response: { 201: ref(RecordType), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireCrm()
      access.requireSettings()
      await queue.prepare(scrubTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          await lockTypes(trx)
          const { catalogue } = await maker.within(trx, access)
          const type = readNewType(request.body, catalogue.types)
          const id = await createType(trx, type, { userId: access.caller.userId, types: catalogue.types })
          await writeRelations(trx, id, type, { catalogue, queue, force: false })
          const headers = locationOf(request, `/v1/types/${type.code}`)
          return { status: 201, headers, body: await shownNow(trx, maker, access, type.code) }
        })
      return send(reply, await changeOnline(db, work, writeOptions(request)))
    },
  )

  app.patch(
    '/types/:code',
    {
      config: sentBack((access, { code }: { code: string }) => {
        access.requireCrm()
        return shownType(findType(access.catalogue, code), access, 'all')
      }),
      schema: {
        ...say(
          'updateType',
          'Change a smart process',
          'Changes the names, features and relations of a smart process. A feature that is switched off hides its fields and keeps their values. A relation that records use is removed only with `force=true`. System types cannot be changed. Requires the settings right.',
        ),
        params: TypeParams,
        querystring: ForceQuery,
        body: ref(TypeChange),
        response: { 200: ref(RecordType), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, query } = request
      access.requireCrm()
      access.requireSettings()
      await queue.prepare(scrubTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          const { type: before, access: present } = await lockedType(trx, maker, request)
          const { catalogue } = present
          const type = readTypeChange(request.body, before, catalogue.types)
          await changeType(trx, before, type, catalogue.types)
          await writeRelations(trx, before.id, type, { catalogue, queue, force: query.force === true })
          return { status: 200, body: await shownNow(trx, maker, access, params.code) }
        })
      return send(reply, await changeOnline(db, work, writeOptions(request)))
    },
  )
}

function deletingRoute(app: App, { db, access: maker, queue, uses }: TypeRoutes): void {
  app.delete(
    '/types/:code',
    {
      schema: {
        ...say(
          'deleteType',
          'Delete a smart process',
          'Deletes a smart process with its fields, pipelines and rights. A type with records, or with children that have a parent of this type, or that user fields of other types can link to, is deleted only with `force=true`. Its records are then deleted for good, and the fields that can link to no other type are deleted with their values. With `dryRun=true`, returns what would be lost and deletes nothing. Requires the settings right.',
        ),
        params: TypeParams,
        querystring: ForceQuery,
        response: {
          200: ref(TypeLoss),
          204: Type.Null({ description: 'The type is deleted.' }),
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, query } = request
      access.requireCrm()
      access.requireSettings()
      await queue.prepare(scrubTask)
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          const { type, access: present } = await lockedType(trx, maker, request)
          const deletion = { queue, uses, force: query.force === true, together: [], access: present }
          if (isDryRun(request)) {
            const { linkFields, ...loss } = await lossOf(trx, type, deletion)
            return { status: 200, body: { ...loss, uses: usesOf(linkFields, deletion.access) } }
          }
          await deleteType(trx, type, deletion)
          return { status: 204 }
        })
      return send(reply, await changeOnline(db, work, writeOptions(request)))
    },
  )
}

/**
 * Locks the list of types, and returns the smart process of a request as it is saved now. Called inside `once`, so that a
 * repeated request gets its stored response even if the type is gone.
 */
async function lockedType(
  trx: Transaction,
  maker: AccessMaker,
  { access, params }: { access: Access; params: { code: string } },
): Promise<{ type: EntityType; access: Access }> {
  await lockTypes(trx)
  const present = await maker.within(trx, access)
  return { type: changeable(findType(present.catalogue, params.code)), access: present }
}

async function shownNow(trx: Transaction, maker: AccessMaker, access: Access, code: string) {
  const now = await maker.within(trx, access)
  return shownType(findType(now.catalogue, code), now)
}

function shownType(type: EntityType, { language, catalogue }: Access, all?: 'all'): Static<typeof RecordType> {
  const { id, code, plural, path, prefix, title, titles, parents } = type
  const children = [...catalogue.types.values()].filter((other) => other.parents.includes(code))
  return {
    ...{ code, number: id, system: !type.isSmart, plural, prefix },
    path: `/v1${path}`,
    title: labelFor(title, language, all),
    titles: labelFor(titles, language, all),
    features: type.isSmart ? featuresOf(type) : [...type.traits],
    relations: { parents: [...parents], children: children.map((child) => child.code) },
  }
}
