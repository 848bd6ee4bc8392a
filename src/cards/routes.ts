import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { deleteOnce, deletionAnswers } from '../idempotency/delete-once.ts'
import { answerOnce } from '../idempotency/once.ts'
import { requireUnscoped } from '../people/scopes.ts'
import type { Access } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { type CardRequest, readCardRequest } from './card-request.ts'
import { readSections } from './read-card.ts'
import {
  CardDeletionQuery,
  CardDocument,
  CardInput,
  CardKeyQuery,
  CardParams,
  CardQuery,
  cardSchemas,
  ForcedCard,
} from './schemas.ts'
import { resolveCard, shownCard } from './show-card.ts'
import { deleteCard, deletePersonalCards, lockCard, readCards, saveCard } from './store.ts'

const say = describeOperations('Cards')

/** Adds the routes of cards. */
export function cardRoutes(app: App, { db }: { db: Database }): void {
  const path = '/types/:code/card'
  addSchemas(app, cardSchemas)
  const read = (from: Database, { key, access }: CardRequest) => readCards(from, key, access.caller.userId)

  app.get(
    path,
    {
      schema: {
        ...say(
          'getCard',
          'Read a card',
          'Returns which fields a form for records of the type shows, in which sections, with everything that a form needs to know about each field: label, kind, choices, whether it is required and whether you can set it.',
        ),
        params: CardParams,
        querystring: CardQuery,
        response: { 200: ref(CardDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      const request = readCardRequest(access, params.code, query)
      const card = resolveCard(await read(db, request), request, query.scope)
      return shownCard(request, card, query.labels)
    },
  )

  app.put(
    path,
    {
      schema: {
        ...say(
          'replaceCard',
          'Replace a card',
          'Replaces your personal card, or the common card of everybody, which requires the settings right. Fields that you do not see stay in the card. A required field can be left out: the response then has a warning.',
        ),
        params: CardParams,
        querystring: CardKeyQuery,
        body: ref(CardInput),
        response: { 200: ref(CardDocument), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, query, body } = request
      const card = readCardRequest(access, params.code, query)
      const { scope } = body
      const owner = ownerOf(access, scope)
      return await answerOnce(request, reply, db, async (trx) => {
        await lockCard(trx, card.key, owner)
        const { [scope]: present } = await read(trx, card)
        const sections = readSections(body, card.grant, present)
        await saveCard(trx, card.key, owner, sections)
        return { status: 200, body: shownCard(card, { scope, sections }) }
      })
    },
  )

  app.delete(
    path,
    {
      schema: {
        ...say(
          'resetCard',
          'Reset a card',
          'Deletes your personal card, or the common card of everybody, which requires the settings right. Then the common or the built-in card applies.',
        ),
        params: CardParams,
        querystring: CardDeletionQuery,
        response: {
          ...deletionAnswers(ref(CardDocument), 'There is no such card any more.'),
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params, query } = request
      const { scope = 'personal', ...names } = query
      const card = readCardRequest(access, params.code, names)
      const owner = ownerOf(access, scope)
      return await deleteOnce(request, reply, db, {
        show: async (trx) => shownCard(card, resolveCard(await read(trx, card), card, scope)),
        remove: (trx) => deleteCard(trx, card.key, owner),
      })
    },
  )

  app.post(
    `${path}/force-common`,
    {
      schema: {
        ...say(
          'forceCommonCard',
          'Force the common card for everybody',
          'Deletes the personal cards of all users, so that the common card applies to everybody, or the built-in one. Users can make personal cards again. Requires the settings right.',
        ),
        params: CardParams,
        querystring: CardKeyQuery,
        response: { 200: ref(ForcedCard), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, query } = request
      const { key } = readCardRequest(access, params.code, query)
      access.requireSettings()
      return await answerOnce(request, reply, db, async (trx) => ({
        status: 200,
        body: { removed: await deletePersonalCards(trx, key) },
      }))
    },
  )
}

/** Returns the user of a card to change, or null for the common card. Throws `settings_required`, `insufficient_scope`. */
function ownerOf(access: Access, scope: 'personal' | 'common'): number | null {
  if (scope === 'common') access.requireSettings()
  requireUnscoped(access.caller)
  return scope === 'common' ? null : access.caller.userId
}
