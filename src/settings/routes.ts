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
import { answerOnce } from '../idempotency/once.ts'
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
} from './schemas.ts'

const DictionaryParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the dictionary.', examples: ['SOURCE'] }),
})

const say = saying('Lookups')

/** The settings of the instance and the lists that records choose from, for everyone who may use the CRM. */
export function settingsRoutes(app: App, { db }: { db: Database }): void {
  app.get(
    '/settings',
    {
      schema: {
        ...say('getSettings', 'Read the settings', 'Settings of the whole instance.'),
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
          'Changes settings of the whole instance, from the next request on.',
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
        ...say('listDictionaries', 'List dictionaries', 'The lists that records choose from.'),
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
          'The entries of a dictionary in their order.',
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
          'The currencies that amounts may be in; sums are reckoned in the base one.',
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
          'The departments of the company, each with the one it belongs to.',
        ),
        querystring: LabelsQuery,
        response: { 200: ref(DepartmentList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      const departments = await db
        .selectFrom('department')
        .select(['id', 'name', 'parent_id as parentId', 'head_id as headId'])
        .orderBy('id')
        .execute()
      return onePage(departments.map((one) => ({ ...one, name: shown(one.name, access.language, query.labels) })))
    },
  )
}

/** Throws dictionary_not_found, with the code that was probably meant. */
function findDictionary({ catalogue }: Access, code: string): Dictionary {
  const { dictionaries } = catalogue.lookups
  const dictionary = dictionaries.get(code)
  if (dictionary) return dictionary
  const hint = nearest(code, dictionaries.keys())
  throw new Problem('dictionary_not_found', { code }, { extra: hint === undefined ? {} : { hint } })
}
