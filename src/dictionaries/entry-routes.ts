import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { readLabels } from '../http/labels.ts'
import { answerOnce, locationOf } from '../idempotency/once.ts'
import { answerRemoval, removalAnswers } from '../records/removal/answer-removal.ts'
import { sentBack } from '../rights/sent-back.ts'
import { ref } from '../schema/build.ts'
import { entryRemovalTask } from './entry-removal.ts'
import { changeableDictionary, findDictionary, findEntry, say, shownEntry } from './find-dictionary.ts'
import { readEntry, readOrder, readReplacement } from './read-entries.ts'
import type { DictionaryRoutes } from './routes.ts'
import {
  DictionaryEntry,
  DictionaryEntryChange,
  DictionaryOrder,
  DictionaryParams,
  EntryParams,
  entryList,
  mostEntries,
  NewDictionaryEntry,
} from './schemas.ts'
import { insertEntries, lockDictionary, updateEntries } from './write-dictionary.ts'

const ReplaceQuery = Type.Object(
  {
    replaceWith: Type.Optional(
      Type.String({ maxLength: 100, description: 'Code of the entry that records get instead.', examples: ['SOUTH'] }),
    ),
  },
  { additionalProperties: false },
)

const bodyStatuses = problems(400, 401, 403, 404, 413, 415, 422, 503)

/** Adds the routes that create, change, reorder and delete the entries of a dictionary. */
export function entryWritingRoutes(app: App, options: DictionaryRoutes): void {
  const { db, access: maker } = options
  const path = '/dictionaries/:code/entries'
  /** Locks the dictionary and returns it as it is saved now. */
  const locked = async (trx: Transaction, { access }: FastifyRequest, code: string) => {
    await lockDictionary(trx, code)
    return findDictionary(await maker.within(trx, access), code)
  }

  app.post(
    path,
    {
      schema: {
        ...say(
          'createDictionaryEntry',
          'Create an entry of a dictionary',
          `Adds an entry to a dictionary. A dictionary can have ${mostEntries} entries. Requires the settings right.`,
        ),
        params: DictionaryParams,
        body: ref(NewDictionaryEntry),
        response: { 201: ref(DictionaryEntry), ...problems(409), ...bodyStatuses },
      },
    },
    async (request, reply) => {
      const { access, body } = request
      const { code: dictionary } = changeableDictionary(request, request.params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const { entries } = await locked(trx, request, dictionary)
        const { code } = body
        if (entries.some((one) => one.code === code)) throw new Problem('entry_exists', { code, dictionary })
        if (entries.length >= mostEntries) throw new Problem('limit_reached', { limit: mostEntries })
        const entry = readEntry(body, entries)
        await insertEntries(trx, dictionary, [entry])
        const headers = locationOf(request, `/v1/dictionaries/${dictionary}/entries/${code}`)
        return { status: 201, headers, body: shownEntry({ ...entry, system: false }, access) }
      })
    },
  )

  app.patch(
    `${path}/:entry`,
    {
      config: sentBack((access, { code, entry }: { code: string; entry: string }) =>
        shownEntry(findEntry(findDictionary(access, code), entry), access, 'all'),
      ),
      schema: {
        ...say(
          'updateDictionaryEntry',
          'Change an entry of a dictionary',
          'Changes the label or the position of an entry. Requires the settings right.',
        ),
        params: EntryParams,
        body: ref(DictionaryEntryChange),
        response: { 200: ref(DictionaryEntry), ...bodyStatuses },
      },
    },
    async (request, reply) => {
      const { access, params, body } = request
      const { code: dictionary } = changeableDictionary(request, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const present = findEntry(await locked(trx, request, dictionary), params.entry)
        const { label, sort = present.sort } = body
        const entry = { ...present, sort, label: label ? readLabels(label, present.label) : present.label }
        await updateEntries(trx, dictionary, [entry])
        return { status: 200, body: shownEntry(entry, access) }
      })
    },
  )

  app.put(
    `${path}/order`,
    {
      schema: {
        ...say(
          'orderDictionaryEntries',
          'Reorder the entries of a dictionary',
          'Sets the order of all entries of a dictionary. Requires the settings right.',
        ),
        params: DictionaryParams,
        body: ref(DictionaryOrder),
        response: { 200: ref(entryList.page), ...bodyStatuses },
      },
    },
    async (request, reply) => {
      const { access, params, body } = request
      const { code: dictionary } = changeableDictionary(request, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        const { entries } = await locked(trx, request, dictionary)
        await updateEntries(trx, dictionary, readOrder(body.codes, entries))
        const { entries: ordered } = findDictionary(await maker.within(trx, access), dictionary)
        return { status: 200, body: onePage(ordered.map((entry) => shownEntry(entry, access))) }
      })
    },
  )

  app.delete(
    `${path}/:entry`,
    {
      schema: {
        ...say(
          'deleteDictionaryEntry',
          'Delete an entry of a dictionary',
          'Deletes an entry that no record uses, also none in the recycle bin. With `replaceWith`, a job first gives these records another entry. A field whose default is the entry gets the other one, or no default. System entries cannot be deleted. With `dryRun=true` and `replaceWith`, returns the number of records. Requires the settings right.',
        ),
        params: EntryParams,
        querystring: ReplaceQuery,
        response: removalAnswers,
      },
    },
    async (request, reply) => {
      const { access, params, query } = request
      const { code: dictionary, entry } = params
      access.requireCrm()
      access.requireSettings()
      return await answerRemoval(request, reply, options, {
        task: entryRemovalTask,
        part: { dictionary, entry },
        targetIn(present) {
          const found = findDictionary(present, dictionary)
          if (findEntry(found, entry).system) throw new Problem('system_entry', { code: entry })
          const { replaceWith } = query
          return replaceWith === undefined ? null : readReplacement(replaceWith, entry, found.entries)
        },
        inUse: (counts) => new Problem('entry_in_use', { code: entry }, { extra: { ...counts } }),
      })
    },
  )
}
