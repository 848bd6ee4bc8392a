import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import { validMembers } from '../errors/faulty-body.ts'
import type { Language } from '../errors/language.ts'
import { faultMessage } from '../errors/messages.ts'
import type { Settings as StoredSettings } from '../fields/lookups.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce } from '../idempotency/once.ts'
import { sentBack } from '../rights/sent-back.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { changeSettings } from './change.ts'
import { ChangedSettings, Settings, SettingsChange, SettingsWarning } from './schemas.ts'

const say = describeOperations('Lookups')

/** Adds the routes that read and change the settings of the instance. */
export function settingsRoutes(app: App, { db }: { db: Database }): void {
  addSchemas(app, [Settings, SettingsChange, SettingsWarning, ChangedSettings])
  app.get(
    '/settings',
    {
      schema: {
        ...say(
          'getSettings',
          'Read the settings',
          'Returns the settings of the instance, also while the CRM is switched off.',
        ),
        response: { 200: ref(Settings), ...problems(400, 401, 503) },
      },
    },
    async ({ access }) => access.catalogue.lookups.settings,
  )
  app.patch(
    '/settings',
    {
      config: sentBack(({ catalogue }) => catalogue.lookups.settings),
      attachValidation: true,
      schema: {
        ...say(
          'updateSettings',
          'Change the settings',
          'Changes the settings that the body names. The change takes effect from the next request. Requires an administrator. Only portal administrators can change `crmEnabled` and `plan`.',
        ),
        body: ref(SettingsChange),
        response: { 200: ref(ChangedSettings), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      const { body, faults } = validMembers(request)
      if (body.crmEnabled !== undefined || body.plan !== undefined) access.requireAdmin()
      else access.requireSettings()
      return await answerOnce(request, reply, db, async (trx) => {
        await changeSettings(trx, body, faults)
        const { settings } = access.catalogue.lookups
        return { status: 200, body: { ...settings, ...body, warnings: warningsOf(settings, body, access.language) } }
      })
    },
  )
}

/** Returns what a change of settings does not do, although one could expect it. */
function warningsOf(before: StoredSettings, { baseCurrency }: SettingsChange, language: Language) {
  if (baseCurrency === undefined || baseCurrency === before.baseCurrency) return []
  const code = 'base_currency_changed'
  return [{ setting: 'baseCurrency', code, message: faultMessage({ code }, language) } as const]
}
