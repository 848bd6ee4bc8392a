import type { Database } from '../../database/connect.ts'
import type { State } from '../../entities/change.ts'
import { problems } from '../../errors/documents.ts'
import type { Language } from '../../errors/language.ts'
import { invalid } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { IdParams } from '../../records/api/requests.ts'
import { readInput } from '../../records/write/read-input.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { ref } from '../../schema/build.ts'
import { type Found, matchesOfDraft, matchesOfRecord, requireDuplicates, shownMatches } from '../find-matches.ts'
import { DuplicateMatches, duplicateCheck } from './match-schemas.ts'
import { duplicateDocs } from './operation-docs.ts'

/** Adds the routes that find the duplicates of a draft or a record. */
export function checkRoutes(app: App, resource: RecordResource, db: Database): void {
  const { type, path, ofList, missing, params, codeOf } = resource
  const docs = duplicateDocs(type)
  const Check = duplicateCheck(type)
  const shown = ({ judge, matches }: Found, language: Language) => ({ data: shownMatches(judge, matches, language) })
  addSchemas(app, [Check])
  app.post(
    `${path}/duplicates/check`,
    {
      config: { reads: true },
      schema: {
        ...docs.check,
        ...ofList,
        body: ref(Check),
        response: { 200: ref(DuplicateMatches), ...missing, ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request) => {
      const { access, body, language } = request
      const grant = access.grant(codeOf(request))
      requireDuplicates(grant)
      const { data, id } = body
      if ((data === undefined) === (id === undefined)) throw invalid([{ pointer: '', code: 'draft_or_id' }])
      if (id !== undefined) return shown(await matchesOfRecord(db, grant, id), language)
      return shown(await matchesOfDraft(db, grant, readDraft(access, grant, data)), language)
    },
  )
  app.get(
    `${path}/:id/duplicates`,
    {
      schema: {
        ...docs.list,
        params: params(IdParams),
        response: { 200: ref(DuplicateMatches), ...problems(400, 401, 403, 404, 422, 503) },
      },
    },
    async (request) => {
      const grant = request.access.grant(codeOf(request))
      requireDuplicates(grant)
      return shown(await matchesOfRecord(db, grant, request.params.id), request.language)
    },
  )
}

/** Returns the given values of a draft, which can be incomplete. Throws every other fault. */
function readDraft(access: Access, grant: Grant, data: unknown): State {
  const { faults, given, after } = readInput(grant, data, access.context())
  const others = faults.filter(({ code }) => code !== 'required' && code !== 'identity_required')
  if (others.length) throw invalid(others.map((fault) => ({ ...fault, pointer: `/data${fault.pointer ?? ''}` })))
  return new Map([...after].filter(([key]) => given.has(key)))
}
