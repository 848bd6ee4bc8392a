import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Problem } from '../../errors/problem.ts'
import { fileBody, receiveFile } from '../../files/upload.ts'
import type { App } from '../../http/foundation.ts'
import { readJson } from '../../json/json-text.ts'
import type { Grant } from '../../rights/grant.ts'
import { ref } from '../../schema/build.ts'
import { checkDefaults } from '../defaults.ts'
import { changesRecords } from '../matching/duplicates.ts'
import type { ImportOptions } from '../plan.ts'
import type { ImportDependencies, Upload } from '../start.ts'
import { charsetOf } from './charset.ts'
import { checkDuplicates, checkOptions, ImportOptionsPart, type ImportQuery, optionsOfQuery } from './options.ts'

/** The dependencies of import routes. */
export interface ImportRoutes extends ImportDependencies {
  /** Maximum file size, in bytes. */
  uploadLimit: number
}

/** Returns the body schema and the options of a route that receives a file to import. */
export function uploadBody(app: App, { uploadLimit }: ImportRoutes) {
  return fileBody(app, uploadLimit, 'text/csv', { options: Type.Optional(ref(ImportOptionsPart)) })
}

/** Receives the file of a request, and its options: those of the form replace those of the query. */
export async function receiveUpload(
  app: App,
  request: FastifyRequest,
  reply: FastifyReply,
  { starting, grant, query }: { starting: ImportRoutes; grant: Grant; query: ImportQuery },
): Promise<Omit<Upload, 'creator'>> {
  const said = optionsOfQuery(query)
  checkPolicy(request, grant, said, false)
  const charset = charsetOf(request.headers['content-type'])
  let inForm: ImportOptions = {}
  const readPart = async (text: unknown) => {
    inForm = await readOptions(app, text)
    checkPolicy(request, grant, inForm, true)
    if (inForm.defaults) await checkDefaults(grant, request.access.context(inForm.timeZone), inForm.defaults)
  }
  const file = await receiveFile(request, reply, starting, {
    fallback: `${grant.type.plural}.csv`,
    parts: { options: readPart },
  })
  const options = { ...said, ...inForm, dialect: { ...said.dialect, ...inForm.dialect } }
  return { file, options, charset }
}

/** Refuses keys of duplicates that the caller may not use, and changes of records by callers who may change none. */
function checkPolicy({ access }: FastifyRequest, grant: Grant, options: ImportOptions, isInForm: boolean): void {
  checkDuplicates(options, grant, isInForm)
  if (changesRecords(options)) access.grantFor(grant.type.code, 'update')
}

/** Reads the part `options` of a form. Throws every fault in it. */
async function readOptions(app: App, text: unknown): Promise<ImportOptions> {
  const check = app.validatorCompiler!({ schema: ref(ImportOptionsPart), method: 'POST', url: '', httpPart: 'body' })
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
