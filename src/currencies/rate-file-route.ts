import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { problems } from '../errors/documents.ts'
import { invalid } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { answerOnce } from '../idempotency/once.ts'
import { bytes, ref } from '../schema/build.ts'
import type { CurrencyRoutes } from './currency-routes.ts'
import { say } from './find-currency.ts'
import { readRateFile } from './rate-file.ts'
import { currencyWithRates } from './rate-routes.ts'
import { NewRates, RateFileQuery, SavedRates } from './rate-schemas.ts'
import { saveRates } from './rates.ts'
import { inBody, mostRates, readRates } from './read-rates.ts'
import { CurrencyParams } from './schemas.ts'

/** Adds the route that saves many rates, which accepts CSV too. */
export async function rateFileRoute(app: App, { db }: CurrencyRoutes): Promise<void> {
  app.addContentTypeParser<Buffer>('text/csv', { parseAs: 'buffer' }, async (request: FastifyRequest, file: Buffer) => {
    if (request.headers['idempotency-key'] !== undefined) request.bodyDigest = hash('sha256', file)
    return file
  })
  app.put(
    '/currencies/:code/rates',
    {
      // A file is checked when it is read. The compiler of the server is known when the route is compiled.
      validatorCompiler: (part) =>
        'contentType' in part && part.contentType === 'text/csv'
          ? (value: unknown) => ({ value })
          : app.validatorCompiler!(part),
      schema: {
        ...say(
          'putRates',
          'Set rates of a currency',
          `Saves up to ${mostRates} rates, from JSON or from a CSV file with the columns \`date\`, \`amount\` and \`nominal\` (or their Russian names). Other days keep their rates. In a CSV file, a fault points to the line and the column: \`/3/amount\`. Requires the settings right.`,
        ),
        params: CurrencyParams,
        querystring: RateFileQuery,
        body: {
          content: {
            'application/json': { schema: ref(NewRates) },
            'text/csv': { schema: bytes<Buffer>('Rates, with a header.') },
          },
        },
        response: { 200: ref(SavedRates), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, query } = request
      const code = currencyWithRates(access, params.code)
      const context = access.context()
      // The body was parsed by its media type.
      const body = request.body as Buffer | NewRates
      const formats = Object.keys(query).filter((name) => name in RateFileQuery.properties)
      if (!Buffer.isBuffer(body) && formats.length) {
        throw invalid(formats.map((parameter) => ({ parameter, code: 'not_allowed_here' })))
      }
      const rates = Buffer.isBuffer(body)
        ? await readRateFile(body, query, context)
        : readRates(body.rates.map((rate, at) => ({ pointer: `/rates/${at}`, read: inBody(rate, context) })))
      return await answerOnce(request, reply, db, async (trx) => ({
        status: 200,
        body: await saveRates(trx, code, rates),
      }))
    },
  )
}
