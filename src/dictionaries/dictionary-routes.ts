import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { readLabels } from '../http/labels.ts'
import { deleted, deletionAnswers } from '../idempotency/delete-once.ts'
import { answerOnce, locationOf } from '../idempotency/once.ts'
import { sentBack } from '../rights/sent-back.ts'
import { ref } from '../schema/build.ts'
import { changeableDictionary, fieldsWith, findDictionary, say, shownDictionary } from './find-dictionary.ts'
import { readEntries } from './read-entries.ts'
import type { DictionaryRoutes } from './routes.ts'
import { Dictionary, DictionaryChange, DictionaryParams, mostDictionaries, NewDictionary } from './schemas.ts'
import { deleteDictionary, insertDictionary, lockDictionary, renameDictionary } from './write-dictionary.ts'

/** Adds the routes that create, rename and delete dictionaries. */
export function dictionaryWritingRoutes(app: App, { db, access: maker }: DictionaryRoutes): void {
  app.post(
    '/dictionaries',
    {
      schema: {
        ...say(
          'createDictionary',
          'Create a dictionary',
          `Creates a dictionary with its entries. There can be ${mostDictionaries} dictionaries. Requires the settings right.`,
        ),
        body: ref(NewDictionary),
        response: { 201: ref(Dictionary), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, body } = request
      access.requireCrm()
      access.requireSettings()
      return await answerOnce(request, reply, db, async (trx) => {
        const { code, name, entries = [] } = body
        const { size } = access.catalogue.lookups.dictionaries
        if (size >= mostDictionaries) throw new Problem('limit_reached', { limit: mostDictionaries })
        await insertDictionary(trx, { code, name: readLabels(name), entries: readEntries(entries) })
        const present = findDictionary(await maker.within(trx, access), code)
        const headers = locationOf(request, `/v1/dictionaries/${code}`)
        return { status: 201, headers, body: shownDictionary(present, access) }
      })
    },
  )

  app.patch(
    '/dictionaries/:code',
    {
      config: sentBack((access, { code }: { code: string }) =>
        shownDictionary(findDictionary(access, code), access, 'all'),
      ),
      schema: {
        ...say(
          'updateDictionary',
          'Rename a dictionary',
          'Changes the name of a dictionary. Requires the settings right.',
        ),
        params: DictionaryParams,
        body: ref(DictionaryChange),
        response: { 200: ref(Dictionary), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, body } = request
      changeableDictionary(request, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        await lockDictionary(trx, params.code)
        const present = findDictionary(await maker.within(trx, access), params.code)
        const name = readLabels(body.name, present.name)
        await renameDictionary(trx, present.code, name)
        return { status: 200, body: shownDictionary({ ...present, name }, access) }
      })
    },
  )

  app.delete(
    '/dictionaries/:code',
    {
      schema: {
        ...say(
          'deleteDictionary',
          'Delete a dictionary',
          'Deletes a dictionary with its entries. A dictionary that fields use cannot be deleted. Requires the settings right.',
        ),
        params: DictionaryParams,
        response: {
          ...deletionAnswers(ref(Dictionary), 'The dictionary is deleted.'),
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { access } = request
      const { code } = request.params
      access.requireCrm()
      access.requireSettings()
      return await answerOnce(request, reply, db, async (trx) => {
        await lockDictionary(trx, code)
        const present = await maker.within(trx, access)
        const dictionary = findDictionary(present, code)
        const uses = fieldsWith(present, code).map(({ grant, field }) => ({ type: grant.type.code, field: field.path }))
        if (uses.length) throw new Problem('dictionary_in_use', { code }, { extra: { uses } })
        return await deleted(request, trx, {
          show: async () => shownDictionary(dictionary, access),
          remove: () => deleteDictionary(trx, code),
        })
      })
    },
  )
}
