import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problems } from '../errors/documents.ts'
import { outsideLimits } from '../errors/outside-limits.ts'
import { preferredType } from '../errors/preferred-type.ts'
import { invalid, Problem, readAll } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { pageLength } from '../http/id-page.ts'
import { deleteOnce, deletionAnswers } from '../idempotency/delete-once.ts'
import { answerOnce, locationOf } from '../idempotency/once.ts'
import type { Access } from '../rights/access.ts'
import { bytes, ref } from '../schema/build.ts'
import type { CurrencyRoutes } from './currency-routes.ts'
import { changeableCurrency, findCurrency, say } from './find-currency.ts'
import { rateFile } from './rate-file.ts'
import { RateDocument, RateList, RateOfDay, RateParams, RateQuery } from './rate-schemas.ts'
import { deleteRate, findRates, type RateRange, readRate, saveRates } from './rates.ts'
import { inBody, readDay, readRates } from './read-rates.ts'
import { CurrencyParams } from './schemas.ts'

const ofDay = '/currencies/:code/rates/:date'

/** Adds the routes that read rates. */
export function rateReadingRoutes(app: App, { db, cursors }: CurrencyRoutes): void {
  app.get(
    '/currencies/:code/rates',
    {
      schema: {
        ...say(
          'listRates',
          'List the rates of a currency',
          'Returns the rates of a currency, the newest first. With `Accept: text/csv` it returns all of them in one file, which can be sent back.',
        ),
        params: CurrencyParams,
        querystring: RateQuery,
        response: {
          200: {
            description: 'A page of rates, or a file.',
            content: {
              'application/json': { schema: ref(RateList) },
              'text/csv': { schema: bytes<Readable>('CSV (RFC 4180).') },
            },
          },
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, query } = request
      const { code } = findCurrency(access, request.params.code)
      const range = { code, ...rangeOf(query, access) }
      reply.header('vary', 'Accept, Accept-Language')
      const type = preferredType(request.headers.accept, ['application/json', 'text/csv'])
      if (type === 'text/csv') return sendFile(request, reply, rateFile(db, range), range)
      const { limit = pageLength.default, cursor } = query
      return await findRates(db, range, { limit, ...(cursor !== undefined && { cursor }), cursors })
    },
  )

  app.get(
    ofDay,
    {
      schema: {
        ...say('getRate', 'Read the rate of a day', 'Returns the rate that begins on a day.'),
        params: RateParams,
        response: { 200: ref(RateDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params }) => {
      const { code } = findCurrency(access, params.code)
      return await readRate(db, code, readDay(params.date, 'date', access.context()))
    },
  )
}

/** Adds the routes that change the rate of a day. */
export function rateWritingRoutes(app: App, { db }: CurrencyRoutes): void {
  app.put(
    ofDay,
    {
      schema: {
        ...say(
          'putRate',
          'Set the rate of a day',
          'Creates the rate that begins on a day, or replaces it. The day can be in the future. The base currency has no rates. Requires the settings right.',
        ),
        params: RateParams,
        body: ref(RateOfDay),
        response: {
          200: ref(RateDocument),
          201: ref(RateDocument),
          ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params, body } = request
      const code = currencyWithRates(access, params.code)
      const context = access.context()
      const date = readDay(params.date, 'date', context)
      const rates = readRates([{ pointer: '', read: inBody({ ...body, date }, context) }])
      return await answerOnce(request, reply, db, async (trx) => {
        const { created } = await saveRates(trx, code, rates)
        const rate = await readRate(trx, code, date)
        if (!created) return { status: 200, body: rate }
        return { status: 201, headers: locationOf(request, `/v1/currencies/${code}/rates/${date}`), body: rate }
      })
    },
  )

  app.delete(
    ofDay,
    {
      schema: {
        ...say(
          'deleteRate',
          'Delete the rate of a day',
          'Deletes the rate that begins on a day. Requires the settings right.',
        ),
        params: RateParams,
        response: {
          ...deletionAnswers(ref(RateDocument), 'The rate is deleted.'),
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      const { code } = changeableCurrency(access, params.code)
      const date = readDay(params.date, 'date', access.context())
      return await deleteOnce(request, reply, db, {
        show: (trx) => readRate(trx, code, date),
        remove: (trx) => deleteRate(trx, code, date),
      })
    },
  )
}

/** Returns the code of a currency whose rates the caller changes. Throws `base_currency_rate` for the base currency. */
export function currencyWithRates(access: Access, named: string): string {
  const { code } = changeableCurrency(access, named)
  if (code === access.catalogue.lookups.settings.baseCurrency) throw new Problem('base_currency_rate', { code })
  return code
}

/** Returns the days of a list. Throws the faults of both. */
function rangeOf({ from, to }: { from?: string; to?: string }, access: Access) {
  const context = access.context()
  const range = readAll({
    from: () => (from === undefined ? undefined : readDay(from, 'from', context)),
    to: () => (to === undefined ? undefined : readDay(to, 'to', context)),
  })
  if (range.from !== undefined && range.to !== undefined && range.to < range.from) {
    throw invalid([{ parameter: 'to', ...outsideLimits({ min: range.from }) }])
  }
  return range
}

/** Sends all rates of a list as a file. It has no pages. */
function sendFile(
  { query, method }: FastifyRequest<{ Querystring: { limit?: number; cursor?: string } }>,
  reply: FastifyReply,
  lines: AsyncIterable<string>,
  { code }: RateRange,
): never {
  const paged = (['limit', 'cursor'] as const).filter((parameter) => query[parameter] !== undefined)
  if (paged.length) throw invalid(paged.map((parameter) => ({ parameter, code: 'not_allowed_here' })))
  reply.type('text/csv; charset=utf-8; header=present')
  reply.header('content-disposition', `attachment; filename="rates-${code}.csv"`)
  // An early end breaks the connection, so that a partial file does not look complete.
  return reply.send(Readable.from(method === 'HEAD' ? [] : lines)) as never
}
