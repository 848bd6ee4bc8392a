import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import { membersOf } from '../errors/faulty-body.ts'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import type { Dictionary } from '../fields/lookups.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery, shown } from '../http/labels.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce } from '../idempotency/once.ts'
import { findDepartments } from '../people/find-departments.ts'
import type { Access } from '../rights/access.ts'
import { ref, saying } from '../schema/build.ts'
import { changeSettings } from './change.ts'
import {
  CurrencyList,
  DepartmentList,
  DictionaryEntryList,
  DictionaryList,
  Settings,
  SettingsChange,
  settingsSchemas,
} from './schemas.ts'

const DictionaryParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the dictionary.', examples: ['SOURCE'] }),
})

const say = saying('Lookups')

/** Routes for the settings of the instance and for dictionaries, currencies and departments. */
export function settingsRoutes(app: App, { db }: { db: Database }): void {
  addSchemas(app, settingsSchemas)
  app.get(
    '/settings',
    {
      schema: {
        ...say('getSettings', 'Read the settings', 'Returns the settings of the instance.'),
        response: { 200: ref(Settings), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access }) => {
      access.requireCrm()
      return access.catalogue.lookups.settings
    },
  )
  app.patch(
    '/settings',
    {
      attachValidation: true,
      schema: {
        ...say(
          'updateSettings',
          'Change the settings',
          'Changes settings of the instance. The change takes effect from the next request. Requires an administrator.',
        ),
        body: ref(SettingsChange),
        response: { 200: ref(Settings), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireAdmin()
      const { body, faults } = membersOf(request)
      return await answerOnce(request, reply, db, async (trx) => {
        await changeSettings(trx, body, faults)
        return { status: 200, body: { ...access.catalogue.lookups.settings, ...body } }
      })
    },
  )
  dictionaryRoutes(app)
  currencyRoutes(app)
  departmentRoutes(app, db)
}

function dictionaryRoutes(app: App): void {
  app.get(
    '/dictionaries',
    {
      schema: {
        ...say(
          'listDictionaries',
          'List dictionaries',
          'Returns the dictionaries: lists of allowed values for fields.',
        ),
        querystring: LabelsQuery,
        response: { 200: ref(DictionaryList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      const dictionaries = [...access.catalogue.lookups.dictionaries.values()]
      return onePage(dictionaries.map(({ code, name }) => ({ code, name: shown(name, access.language, query.labels) })))
    },
  )

  app.get(
    '/dictionaries/:code/entries',
    {
      schema: {
        ...say(
          'listDictionaryEntries',
          'List the entries of a dictionary',
          'Returns the entries of a dictionary in sort order.',
        ),
        params: DictionaryParams,
        querystring: LabelsQuery,
        response: { 200: ref(DictionaryEntryList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      access.requireCrm()
      const { entries } = findDictionary(access, params.code)
      return onePage(entries.map((entry) => ({ ...entry, label: shown(entry.label, access.language, query.labels) })))
    },
  )
}

function currencyRoutes(app: App): void {
  app.get(
    '/currencies',
    {
      schema: {
        ...say(
          'listCurrencies',
          'List currencies',
          'Returns the currencies for amounts. Totals are calculated in the base currency.',
        ),
        querystring: LabelsQuery,
        response: { 200: ref(CurrencyList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      const currencies = [...access.catalogue.lookups.currencies.values()]
      return onePage(currencies.map((one) => ({ ...one, name: shown(one.name, access.language, query.labels) })))
    },
  )
}

function departmentRoutes(app: App, db: Database): void {
  app.get(
    '/departments',
    {
      schema: {
        ...say(
          'listDepartments',
          'List departments',
          'Returns the departments of the company, each with its parent department.',
        ),
        querystring: LabelsQuery,
        response: { 200: ref(DepartmentList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      const departments = await findDepartments(db)
      return onePage(departments.map((one) => ({ ...one, name: shown(one.name, access.language, query.labels) })))
    },
  )
}

/** Returns a dictionary. Throws `dictionary_not_found` with the nearest code as a hint. */
function findDictionary({ catalogue }: Access, code: string): Dictionary {
  const { dictionaries } = catalogue.lookups
  const dictionary = dictionaries.get(code)
  if (dictionary) return dictionary
  const hint = nearest(code, dictionaries.keys())
  throw new Problem('dictionary_not_found', { code }, { extra: hint === undefined ? {} : { hint } })
}
