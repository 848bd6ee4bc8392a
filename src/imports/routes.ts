import Type from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import { acceptAnyMediaType, fileBody, receiveFile } from '../files/upload.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { isDryRun, once, send } from '../idempotency/once.ts'
import { jobAccepted } from '../jobs/api/requests.ts'
import { JobDocument } from '../jobs/schemas.ts'
import { readJson } from '../json/json-text.ts'
import { operationDocs } from '../records/api/operation-docs.ts'
import type { RecordResource } from '../records/api/record-resource.ts'
import { ref } from '../schema/build.ts'
import { charsetOf } from './charset.ts'
import { checkOptions, ImportOptionsPart, ImportQuery, optionsOfQuery } from './options.ts'
import type { ImportOptions } from './plan.ts'
import { type ImportDependencies, startImport } from './start.ts'

/** The dependencies of import routes. */
export interface ImportRoutes extends ImportDependencies {
  /** Maximum file size, in bytes. */
  uploadLimit: number
}

/** Adds the import route of each resource. */
export async function importRoutes(
  app: App,
  { resources, ...starting }: ImportRoutes & { resources: readonly RecordResource[] },
): Promise<void> {
  addSchemas(app, [ImportOptionsPart])
  await acceptAnyMediaType(app)
  for (const resource of resources) importRoute(app, resource, starting)
}

function importRoute(app: App, { type, path, ofList, missing, codeOf }: RecordResource, starting: ImportRoutes): void {
  const parts = { options: Type.Optional(ref(ImportOptionsPart)) }
  const { body, options: taking } = fileBody(app, starting.uploadLimit, 'text/csv', parts)
  app.post(
    `${path}/import`,
    {
      ...taking,
      schema: {
        ...operationDocs(type).import,
        ...ofList,
        querystring: ImportQuery,
        body,
        response: { 202: ref(JobDocument), ...missing, ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const grant = request.access.grantFor(codeOf(request), 'import')
      const said = optionsOfQuery(request.query)
      const charset = charsetOf(request.headers['content-type'])
      let inForm: ImportOptions = {}
      const file = await receiveFile(request, reply, starting, {
        fallback: `${grant.type.plural}.csv`,
        parts: {
          options: async (text) => {
            inForm = await readOptions(app, text)
          },
        },
      })
      const dialect = { ...said.dialect, ...inForm.dialect }
      const options = { ...said, ...inForm, dialect, dryRun: isDryRun(request) }
      const fingerprint = `${file.sha256} ${JSON.stringify({ ...options, charset })}`
      const finish = (trx: Transaction, start: () => Promise<number>) =>
        once(request, reply, trx, async () => jobAccepted(trx, await start(), request), { fingerprint })
      const upload = { file, options, charset, creator: request.access.caller }
      return send(reply, await startImport(starting, grant, upload, finish))
    },
  )
}

/** Reads the part `options` of a form. Throws every fault in it. */
async function readOptions(app: App, text: unknown): Promise<ImportOptions> {
  const check = app.validatorCompiler!({ schema: ImportOptionsPart, method: 'POST', url: '', httpPart: 'body' })
  const result = check(await parsed(text)) as { value: ImportOptions } | { error: Error }
  if ('error' in result) throw result.error
  return checkOptions(result.value, (name) => ({ pointer: `/${name}` }))
}

async function parsed(text: unknown): Promise<unknown> {
  if (typeof text !== 'string') return text
  return await readJson(Buffer.from(text), (json) => {
    try {
      return JSON.parse(json)
    } catch {
      throw new Problem('malformed_json')
    }
  })
}
