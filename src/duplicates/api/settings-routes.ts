import type { FastifyRequest } from 'fastify'
import { problems } from '../../errors/documents.ts'
import type { Language } from '../../errors/language.ts'
import { faultDocument } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { answerOnce } from '../../idempotency/once.ts'
import { requireFeature } from '../../plans/require.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import type { Grant } from '../../rights/grant.ts'
import { ref } from '../../schema/build.ts'
import { stopRule } from '../auto-merge-stop.ts'
import { requireDuplicates } from '../find-matches.ts'
import { upkeepTask } from '../scan/upkeep.ts'
import { type PresentSettings, readSettings, replaceSettings } from '../settings.ts'
import { duplicateDocs } from './operation-docs.ts'
import type { DuplicateRoutes } from './routes.ts'
import { DuplicateSettingsDocument, DuplicateSettingsInput } from './settings-schemas.ts'

/** Adds the routes of the settings for duplicates. */
export function settingsRoutes(app: App, resource: RecordResource, { db, queue }: DuplicateRoutes): void {
  const { type, path, ofList, missing } = resource
  const docs = duplicateDocs(type)
  app.get(
    `${path}/duplicates/settings`,
    {
      schema: {
        ...docs.settings,
        ...ofList,
        response: { 200: ref(DuplicateSettingsDocument), ...missing, ...problems(400, 401, 403, 422, 503) },
      },
    },
    async (request) => shown(await readSettings(db, administered(request, resource)), request.language),
  )
  app.put(
    `${path}/duplicates/settings`,
    {
      schema: {
        ...docs.replaceSettings,
        ...ofList,
        body: ref(DuplicateSettingsInput),
        response: {
          200: ref(DuplicateSettingsDocument),
          ...missing,
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const grant = administered(request, resource)
      const { fields = [], schedule = 'never', autoMerge = false } = request.body
      if (autoMerge) requireFeature(request.access, 'autoMerge')
      await queue.prepare(upkeepTask)
      return await answerOnce(request, reply, db, async (trx) => {
        await replaceSettings(trx, grant, { fields, schedule, autoMerge })
        await queue.enqueue(trx, upkeepTask, {})
        return { status: 200, body: shown(await readSettings(trx, grant), request.language) }
      })
    },
  )
}

/** Returns settings as responses show them. */
function shown({ stoppedAt, ...settings }: PresentSettings, language: Language) {
  if (stoppedAt === null) return { ...settings, autoMergeStopped: null }
  const { code, message } = faultDocument({ code: 'undone_too_often', params: stopRule }, language)
  return { ...settings, autoMergeStopped: { at: stoppedAt, code, message } }
}

/** Returns the grant for the type of a request of an administrator. Throws `settings_required`, `duplicates_not_supported`. */
export function administered(request: FastifyRequest, { codeOf }: RecordResource): Grant {
  const { access } = request
  access.requireCrm()
  access.requireSettings()
  const grant = access.grant(codeOf(request))
  requireDuplicates(grant)
  return grant
}
