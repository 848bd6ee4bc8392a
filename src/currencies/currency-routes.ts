import { problems } from '../errors/documents.ts'
import { Problem } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { LabelsQuery, readLabels } from '../http/labels.ts'
import { deleteOnce, deletionAnswers } from '../idempotency/delete-once.ts'
import { answerOnce, locationOf } from '../idempotency/once.ts'
import { type ListRoutes, sendItems } from '../lists/send-items.ts'
import type { AccessMaker } from '../rights/access.ts'
import { sentBack } from '../rights/sent-back.ts'
import { ref } from '../schema/build.ts'
import { changeableCurrency, findCurrency, listedCurrencies, say, shownCurrency } from './find-currency.ts'
import { Currency, CurrencyChange, CurrencyParams, currencyList, mostCurrencies, NewCurrency } from './schemas.ts'
import { insertCurrency, lockCurrency, removeCurrency, updateCurrency } from './write-currency.ts'

/** The dependencies of the routes of currencies. */
export interface CurrencyRoutes extends ListRoutes {
  access: AccessMaker
}

const step = 10

/** Adds the routes that read currencies. */
export function currencyReadingRoutes(app: App, routes: CurrencyRoutes): void {
  app.get(
    '/currencies',
    {
      schema: {
        ...say('listCurrencies', 'List currencies', 'Returns the currencies for amounts, by default in their order.'),
        ...currencyList.request,
        response: { 200: ref(currencyList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      return await sendItems(request, reply, currencyList, listedCurrencies(request.access), routes)
    },
  )

  app.get(
    '/currencies/:code',
    {
      schema: {
        ...say('getCurrency', 'Read a currency', 'Returns one currency.'),
        params: CurrencyParams,
        querystring: LabelsQuery,
        response: { 200: ref(Currency), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => shownCurrency(findCurrency(access, params.code), access, query.labels),
  )
}

/** Adds the routes that create, change and delete currencies. */
export function currencyWritingRoutes(app: App, { db, access: maker }: CurrencyRoutes): void {
  app.post(
    '/currencies',
    {
      schema: {
        ...say(
          'createCurrency',
          'Create a currency',
          `Creates a currency. There can be ${mostCurrencies} currencies. Requires the settings right.`,
        ),
        body: ref(NewCurrency),
        response: { 201: ref(Currency), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, body } = request
      access.requireCrm()
      access.requireSettings()
      return await answerOnce(request, reply, db, async (trx) => {
        const present = [...access.catalogue.lookups.currencies.values()]
        if (present.length >= mostCurrencies) throw new Problem('limit_reached', { limit: mostCurrencies })
        const { code, digits = 2, sort = Math.max(0, ...present.map((one) => one.sort)) + step } = body
        const currency = { code, name: readLabels(body.name), digits, sort }
        await insertCurrency(trx, currency)
        const headers = locationOf(request, `/v1/currencies/${code}`)
        return { status: 201, headers, body: shownCurrency(currency, access) }
      })
    },
  )

  app.patch(
    '/currencies/:code',
    {
      config: sentBack((access, { code }: { code: string }) =>
        shownCurrency(findCurrency(access, code), access, 'all'),
      ),
      schema: {
        ...say(
          'updateCurrency',
          'Change a currency',
          'Changes the name, the digits or the position of a currency. Amounts of records stay as they are. Requires the settings right.',
        ),
        params: CurrencyParams,
        body: ref(CurrencyChange),
        response: { 200: ref(Currency), ...problems(400, 401, 403, 404, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, params, body } = request
      const { code } = changeableCurrency(access, params.code)
      return await answerOnce(request, reply, db, async (trx) => {
        await lockCurrency(trx, code)
        const present = findCurrency(await maker.within(trx, access), code)
        const { digits = present.digits, sort = present.sort } = body
        const name = body.name === undefined ? present.name : readLabels(body.name, present.name)
        await updateCurrency(trx, { code, name, digits, sort })
        return { status: 200, body: shownCurrency({ code, name, digits, sort }, access) }
      })
    },
  )

  app.delete(
    '/currencies/:code',
    {
      schema: {
        ...say(
          'deleteCurrency',
          'Delete a currency',
          'Deletes a currency with its rates. A currency that the settings name, or that records have, also deleted ones, cannot be deleted. Requires the settings right.',
        ),
        params: CurrencyParams,
        response: {
          ...deletionAnswers(ref(Currency), 'The currency is deleted.'),
          ...problems(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      access.requireCrm()
      access.requireSettings()
      return await deleteOnce(request, reply, db, {
        show: async () => shownCurrency(findCurrency(access, params.code), access),
        remove: (trx) => removeCurrency(trx, { access, maker }, params.code),
      })
    },
  )
}
