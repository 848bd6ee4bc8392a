import type { FastifyRequest } from 'fastify'
import type { Transaction } from '../../database/transaction.ts'
import { keepTypes } from '../../entities/lock-types.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { deleteOnce, deletionAnswers } from '../../idempotency/delete-once.ts'
import { answerOnce, locationOf } from '../../idempotency/once.ts'
import { sendItems } from '../../lists/send-items.ts'
import type { Access } from '../../rights/access.ts'
import { ref } from '../../schema/build.ts'
import { mostKeys } from '../api-key.ts'
import { issueKey } from '../issue-key.ts'
import { ApiKey, IssuedApiKey, KeyRotation, NewApiKey } from '../key-schemas.ts'
import { keys, keysOf, readKey, revokeKey } from '../keys.ts'
import { rotateKey } from '../rotate-key.ts'
import { anyType } from '../scopes.ts'
import { keyList } from './lists.ts'
import { IdParams, type PeopleRoutes, say } from './requests.ts'

/** Adds the API key routes. Users see and revoke their own keys, administrators those of all users. */
export function keyRoutes(app: App, routes: PeopleRoutes): void {
  const { db, access: maker } = routes
  app.get(
    '/api-keys',
    {
      schema: {
        ...say(
          'listApiKeys',
          'List API keys',
          "Returns the caller's keys that are not revoked. Administrators get the keys of all users.",
        ),
        ...keyList.request,
        response: { 200: ref(keyList.page), ...problems(400, 401, 503) },
      },
    },
    async (request, reply) => {
      const owner = keysOf(request.access.caller)
      const items = { items: keys(db, owner), isPartial: owner !== 'anybody' }
      return await sendItems(request, reply, keyList, items, routes)
    },
  )

  app.post(
    '/api-keys',
    {
      schema: {
        ...say(
          'createApiKey',
          'Create an API key',
          `Creates a key for the caller. Administrators can create keys for other users. Only this response contains the key itself. The key allows no more and expires no later than the key of this request. A user can have up to ${mostKeys} active keys.`,
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
        await keepTypes(trx)
        const present = await maker.within(trx, access)
        const issued = await issueKey(trx, body, { ...caller, openTypes: openTypes(present, body) })
        return issuedAnswer(request, issued)
      }
      return await answerOnce(request, reply, db, work, { isSecret: true })
    },
  )

  app.post(
    '/api-keys/:id/rotate',
    {
      // A rotation needs no body.
      preValidation(request, _reply, done) {
        request.body ??= {}
        done()
      },
      schema: {
        ...say(
          'rotateApiKey',
          'Rotate an API key',
          'Creates a key with the same user, name, scopes and expiry. The old key expires after the overlap. Keys made with the old key then belong to the new one. A key can rotate itself, and every key that it could have created. Only this response contains the new key. Send an `Idempotency-Key` to get it again if the response is lost.',
        ),
        params: IdParams,
        body: ref(KeyRotation),
        response: { 201: ref(IssuedApiKey), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, body } = request
      const { caller } = access
      const work = async (trx: Transaction) => {
        // The new key names the types of the old one.
        await keepTypes(trx)
        const rotation = { id: params.id, overlapHours: body.overlapHours ?? 24 }
        return issuedAnswer(request, await rotateKey(trx, rotation, caller, keysOf(caller)))
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
    async ({ access, params }) => await readKey(db, params.id, keysOf(access.caller)),
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
        response: { ...deletionAnswers(ref(ApiKey), 'The key is revoked.'), ...problems(400, 401, 404, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const owner = keysOf(request.access.caller)
      return await deleteOnce(request, reply, db, {
        show: (trx) => readKey(trx, id, owner),
        remove: (trx) => revokeKey(trx, id, owner),
      })
    },
  )
}

/** Returns the response with a new key. */
function issuedAnswer(request: FastifyRequest, issued: ApiKey & { key: string }) {
  const headers = { ...locationOf(request, `/v1/api-keys/${issued.id}`), 'cache-control': 'no-store' }
  return { status: 201, headers, body: issued }
}

/** Returns the record types that the caller may name in scopes. */
function openTypes(access: Access, { scopes }: NewApiKey): string[] {
  const namesTypes = scopes?.some(({ type }) => type !== anyType)
  if (!namesTypes) return []
  // What a key with scopes may name is compared with its scopes.
  return access.caller.scopes ? [...access.catalogue.types.keys()] : access.open().map(({ type }) => type.code)
}
