import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery } from '../http/labels.ts'
import { ref } from '../schema/build.ts'
import { findDictionary, findEntry, say, shownDictionary, shownEntry } from './find-dictionary.ts'
import {
  Dictionary,
  DictionaryEntry,
  DictionaryEntryList,
  DictionaryList,
  DictionaryParams,
  EntryParams,
} from './schemas.ts'

const statuses = problems(400, 401, 403, 404, 503)

/** Adds the routes that read dictionaries and their entries. */
export function readingRoutes(app: App): void {
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
      return onePage(dictionaries.map((one) => shownDictionary(one, access, query.labels)))
    },
  )

  app.get(
    '/dictionaries/:code',
    {
      schema: {
        ...say('getDictionary', 'Read a dictionary', 'Returns one dictionary.'),
        params: DictionaryParams,
        querystring: LabelsQuery,
        response: { 200: ref(Dictionary), ...statuses },
      },
    },
    async ({ access, params, query }) => shownDictionary(findDictionary(access, params.code), access, query.labels),
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
        response: { 200: ref(DictionaryEntryList), ...statuses },
      },
    },
    async ({ access, params, query }) =>
      onePage(findDictionary(access, params.code).entries.map((entry) => shownEntry(entry, access, query.labels))),
  )

  app.get(
    '/dictionaries/:code/entries/:entry',
    {
      schema: {
        ...say('getDictionaryEntry', 'Read an entry of a dictionary', 'Returns one entry of a dictionary.'),
        params: EntryParams,
        querystring: LabelsQuery,
        response: { 200: ref(DictionaryEntry), ...statuses },
      },
    },
    async ({ access, params, query }) =>
      shownEntry(findEntry(findDictionary(access, params.code), params.entry), access, query.labels),
  )
}
