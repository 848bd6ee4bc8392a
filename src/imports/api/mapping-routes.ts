import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { faultsOfSaved } from '../../columns/given-mapping.ts'
import { targetColumns } from '../../columns/targets.ts'
import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import { invalid } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { onePage } from '../../http/id-page.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { deleteOnce, deletionAnswers } from '../../idempotency/delete-once.ts'
import { answerOnce, locationOf } from '../../idempotency/once.ts'
import { operationDocs } from '../../records/api/operation-docs.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import type { Grant } from '../../rights/grant.ts'
import { sentBack } from '../../rights/sent-back.ts'
import { ref } from '../../schema/build.ts'
import { faultsOfDefaults } from '../defaults.ts'
import {
  createMapping,
  deleteMapping,
  findMappings,
  readMapping,
  replaceMapping,
  type SavedOptions,
} from '../mappings/store.ts'
import { mappingSchemas, SavedMappingDocument, SavedMappingInput, SavedMappingList } from './mapping-schemas.ts'
import { faultsOfDuplicates, faultsOfOptions } from './options.ts'

const MappingParams = Type.Object({
  id: Type.Integer({ minimum: 1, description: 'Id of the mapping.', examples: [1] }),
})

/** Adds the routes of the saved mappings of each resource. */
export function mappingRoutes(app: App, resources: readonly RecordResource[], { db }: { db: Database }): void {
  addSchemas(app, mappingSchemas)
  for (const resource of resources) {
    listRoute(app, resource, db)
    createRoute(app, resource, db)
    replaceRoute(app, resource, db)
    deleteRoute(app, resource, db)
  }
}

function listRoute(app: App, { type, path, ofList, missing, codeOf }: RecordResource, db: Database): void {
  app.get(
    `${path}/import/mappings`,
    {
      schema: {
        ...operationDocs(type).mappings,
        ...ofList,
        response: { 200: ref(SavedMappingList), ...missing, ...problems(400, 401, 403, 503) },
      },
    },
    async (request) => onePage(await findMappings(db, request.access.grantFor(codeOf(request), 'import'))),
  )
}

function createRoute(app: App, { type, path, ofList, missing, codeOf }: RecordResource, db: Database): void {
  app.post(
    `${path}/import/mappings`,
    {
      schema: {
        ...operationDocs(type).createMapping,
        ...ofList,
        body: ref(SavedMappingInput),
        response: { 201: ref(SavedMappingDocument), ...missing, ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const grant = request.access.grantFor(codeOf(request), 'import')
      const { name } = request.body
      const options = await checked(request, grant, request.body.options as SavedOptions)
      return await answerOnce(request, reply, db, async (trx) => {
        const saved = await createMapping(trx, grant, { name: name.trim(), options })
        return { status: 201, headers: locationOf(request, `${request.url.split('?')[0]}/${saved.id}`), body: saved }
      })
    },
  )
}

function replaceRoute(app: App, { type, path, params, codeOf }: RecordResource, db: Database): void {
  app.put(
    `${path}/import/mappings/:id`,
    {
      config: sentBack((access, { id }: { id: number }, request) =>
        readMapping(db, access.grantFor(codeOf(request), 'import'), id),
      ),
      schema: {
        ...operationDocs(type).replaceMapping,
        params: params(MappingParams),
        body: ref(SavedMappingInput),
        response: { 200: ref(SavedMappingDocument), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const grant = request.access.grantFor(codeOf(request), 'import')
      const { name } = request.body
      const { id } = request.params
      const options = await checked(request, grant, request.body.options as SavedOptions)
      return await answerOnce(request, reply, db, async (trx) => {
        return { status: 200, body: await replaceMapping(trx, grant, { id, name: name.trim(), options }) }
      })
    },
  )
}

function deleteRoute(app: App, { type, path, params, codeOf }: RecordResource, db: Database): void {
  app.delete(
    `${path}/import/mappings/:id`,
    {
      schema: {
        ...operationDocs(type).deleteMapping,
        params: params(MappingParams),
        response: {
          ...deletionAnswers(ref(SavedMappingDocument), 'The mapping is deleted.'),
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const grant = request.access.grantFor(codeOf(request), 'import')
      const { id } = request.params
      return await deleteOnce(request, reply, db, {
        show: (trx) => readMapping(trx, grant, id),
        remove: (trx) => deleteMapping(trx, grant, id),
      })
    },
  )
}

/** Returns options unchanged. Throws every fault in them. */
async function checked(request: FastifyRequest, grant: Grant, options: SavedOptions): Promise<SavedOptions> {
  const faults = faultsOfOptions(options, (name) => ({ pointer: `/${name}` }))
  const { mapping = [] } = options
  faults.push(...faultsOfSaved(mapping, targetColumns(grant.writable.values(), '')))
  faults.push(...faultsOfDuplicates(options, grant, true))
  if (options.defaults) faults.push(...(await faultsOfDefaults(grant, request.access.context(), options.defaults)))
  if (faults.length) throw invalid(faults.map((fault) => ({ ...fault, pointer: `/options${fault.pointer}` })))
  return options
}
