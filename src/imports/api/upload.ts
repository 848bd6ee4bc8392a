import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { invalid, Problem } from '../../errors/problem.ts'
import { fileBody, receiveFile } from '../../files/upload.ts'
import type { App } from '../../http/foundation.ts'
import { readJson } from '../../json/json-text.ts'
import type { Grant } from '../../rights/grant.ts'
import { ref } from '../../schema/build.ts'
import { faultsOfDefaults } from '../defaults.ts'
import { optionsOfMapping } from '../mappings/store.ts'
import { changesRecords } from '../matching/duplicates.ts'
import type { ImportOptions } from '../plan.ts'
import type { ImportDependencies, Upload } from '../start.ts'
import { charsetOf } from './charset.ts'
import { faultsOfDuplicates, faultsOfOptions, ImportOptionsPart, type ImportQuery, optionsOfQuery } from './options.ts'

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
  const { savedMapping } = query
  const saved =
    savedMapping === undefined ? {} : await savedOptions(starting.db, grant, { id: savedMapping, replaced: said })
  for (const options of [saved, said]) checkPolicy(request, grant, options, false)
  const charset = charsetOf(request.headers['content-type'])
  let inForm: ImportOptions = {}
  const readPart = async (text: unknown) => {
    inForm = await readOptions(app, text)
    const { defaults } = inForm
    const faults = faultsOfOptions(inForm, (name) => ({ pointer: `/${name}` }))
    if (defaults) faults.push(...(await faultsOfDefaults(grant, request.access.context(), defaults)))
    if (faults.length) throw invalid(faults)
    checkPolicy(request, grant, inForm, true)
  }
  const file = await receiveFile(request, reply, starting, {
    fallback: `${grant.type.plural}.csv`,
    parts: { options: readPart },
  })
  const dialect = { ...saved.dialect, ...said.dialect, ...inForm.dialect }
  return { file, options: { ...saved, ...said, ...inForm, dialect }, charset }
}

/** Refuses keys of duplicates that the caller may not use, and changes and new fields that the caller may not make. */
function checkPolicy({ access }: FastifyRequest, grant: Grant, options: ImportOptions, isInForm: boolean): void {
  const faults = faultsOfDuplicates(options, grant, isInForm)
  if (faults.length) throw invalid(faults)
  const { create } = options
  if (create?.fields || create?.entries) access.requireSettings()
  if (changesRecords(options)) access.grantFor(grant.type.code, 'update')
}

/** Returns the options of a saved mapping. Its columns are used where the file has them. Throws as `optionsOfMapping`. */
async function savedOptions(
  db: Database,
  grant: Grant,
  chosen: { id: number; replaced: ImportOptions },
): Promise<ImportOptions> {
  const { mapping, ...options } = await optionsOfMapping(db, grant, chosen)
  return { ...options, ...(mapping && { saved: mapping }) }
}

/** Reads the part `options` of a form. Throws every fault of its form. */
async function readOptions(app: App, text: unknown): Promise<ImportOptions> {
  const check = app.validatorCompiler!({ schema: ref(ImportOptionsPart), method: 'POST', url: '', httpPart: 'body' })
  const result = check(await parsed(text)) as { value: ImportOptions } | { error: Error }
  if ('error' in result) throw result.error
  return result.value
}

async function parsed(text: unknown): Promise<unknown> {
  if (typeof text !== 'string') return text
  return await readJson(Buffer.from(text), (json) => {
    try {
      return JSON.parse(json)
    } catch {
      throw new Problem('malformed_part')
    }
  })
}
