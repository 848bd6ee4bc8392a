import Type from 'typebox'
import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { pageQuery } from '../../http/id-page.ts'
import { answerOnce, locationOf } from '../../idempotency/once.ts'
import type { Access } from '../../rights/access.ts'
import { ref } from '../../schema/build.ts'
import { mostKeys } from '../api-key.ts'
import { findKeys, issueKey, type Owner, readKey, revokeKey } from '../keys.ts'
import { ApiKey, ApiKeyList, IssuedApiKey, NewApiKey } from '../schemas.ts'
import { IdParams, type PeopleRoutes, say } from './requests.ts'

const KeysQuery = Type.Object(pageQuery, { additionalProperties: false })

/** Adds the API key routes. Users see and revoke their own keys, administrators those of all users. */
export function keyRoutes(app: App, { db, cursors }: PeopleRoutes): void {
  app.get(
    '/api-keys',
    {
      schema: {
        ...say(
          'listApiKeys',
          'List API keys',
          "Returns the caller's keys that are not revoked. Administrators get the keys of all users.",
        ),
        querystring: KeysQuery,
        response: { 200: ref(ApiKeyList), ...problems(400, 401, 503) },
      },
    },
    async ({ access, query }) => await findKeys(db, { ...query, cursors }, ownerFor(access)),
  )

  app.post(
    '/api-keys',
    {
      schema: {
        ...say(
          'createApiKey',
          'Create an API key',
          `Creates a key for the caller. Administrators can create keys for other users. Only this response contains the key itself. The key expires no later than the key of this request. A user can have up to ${mostKeys} active keys.`,
        ),
        body: ref(NewApiKey),
        response: { 201: ref(IssuedApiKey), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, body } = request
      const { caller } = access
      if (body.userId !== undefined && body.userId !== caller.userId) access.requireAdmin()
      const work = async (trx: Transaction) => {
        const issued = await issueKey(trx, body, caller)
        const headers = { ...locationOf(request, `/v1/api-keys/${issued.id}`), 'cache-control': 'no-store' }
        return { status: 201, headers, body: issued }
      }
      return await answerOnce(request, reply, db, work, { isSecret: true })
    },
  )

  app.get(
    '/api-keys/:id',
    {
      schema: {
        ...say('getApiKey', 'Read an API key', 'Returns an API key without its secret.'),
        params: IdParams,
        response: { 200: ref(ApiKey), ...problems(400, 401, 404, 503) },
      },
    },
    async ({ access, params }) => await readKey(db, params.id, ownerFor(access)),
  )

  app.delete(
    '/api-keys/:id',
    {
      schema: {
        ...say(
          'revokeApiKey',
          'Revoke an API key',
          'Revokes a key and all keys created with it. The next request with one of them is rejected.',
        ),
        params: IdParams,
        response: { 204: Type.Null({ description: 'The key is revoked.' }), ...problems(400, 401, 404, 503) },
      },
    },
    async (request, reply) =>
      await answerOnce(request, reply, db, async (trx) => {
        await revokeKey(trx, request.params.id, ownerFor(request.access))
        return { status: 204 }
      }),
  )
}

/** Returns whose keys the caller can see. */
function ownerFor({ caller }: Access): Owner {
  return caller.isAdmin ? 'anybody' : caller.userId
}
