import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { LabelsQuery } from '../http/labels.ts'
import { sendItems } from '../lists/send-items.ts'
import { ref } from '../schema/build.ts'
import { findDictionary, findEntry, listedDictionaries, say, shownDictionary, shownEntry } from './find-dictionary.ts'
import type { DictionaryRoutes } from './routes.ts'
import { Dictionary, DictionaryEntry, DictionaryParams, dictionaryList, EntryParams, entryList } from './schemas.ts'

const statuses = problems(400, 401, 403, 404, 503)

/** Adds the routes that read dictionaries and their entries. */
export function readingRoutes(app: App, routes: DictionaryRoutes): void {
  app.get(
    '/dictionaries',
    {
      schema: {
        ...say(
          'listDictionaries',
          'List dictionaries',
          'Returns the dictionaries: lists of allowed values for fields.',
        ),
        ...dictionaryList.request,
        response: { 200: ref(dictionaryList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      return await sendItems(request, reply, dictionaryList, listedDictionaries(request.access), routes)
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
          'Returns the entries of a dictionary, by default in their order.',
        ),
        params: DictionaryParams,
        ...entryList.request,
        response: { 200: ref(entryList.page), ...statuses },
      },
    },
    async (request, reply) => {
      const { code, entries } = findDictionary(request.access, request.params.code)
      return await sendItems(request, reply, entryList, { items: entries, of: code, isPartial: false }, routes)
    },
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
