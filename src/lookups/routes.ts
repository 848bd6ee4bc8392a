import Type from 'typebox'
import { problems } from '../errors/documents.ts'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import type { Dictionary } from '../fields/lookups.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery, labelFor } from '../http/labels.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import type { Access } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { CurrencyList, DictionaryEntryList, DictionaryList, lookupSchemas } from './schemas.ts'

const DictionaryParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the dictionary.', examples: ['SOURCE'] }),
})

const say = describeOperations('Lookups')

/** Adds the routes that read dictionaries and currencies. */
export function lookupRoutes(app: App): void {
  addSchemas(app, lookupSchemas)
  dictionaryRoutes(app)
  currencyRoutes(app)
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
      return onePage(
        dictionaries.map(({ code, name }) => ({ code, name: labelFor(name, access.language, query.labels) })),
      )
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
      return onePage(
        entries.map((entry) => ({ ...entry, label: labelFor(entry.label, access.language, query.labels) })),
      )
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
      return onePage(currencies.map((one) => ({ ...one, name: labelFor(one.name, access.language, query.labels) })))
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
