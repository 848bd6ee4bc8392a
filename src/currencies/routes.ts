import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { LabelsQuery, labelFor } from '../http/labels.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { Currency, CurrencyList } from './schemas.ts'

const say = describeOperations('Lookups')

/** Adds the route that lists currencies. */
export function currencyRoutes(app: App): void {
  addSchemas(app, [Currency, CurrencyList])
  app.get(
    '/currencies',
    {
      schema: {
        ...say(
          'listCurrencies',
          'List currencies',
          'Returns the currencies for amounts. Totals are calculated in the base currency.',
        ),
        querystring: LabelsQuery,
        response: { 200: ref(CurrencyList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      const currencies = [...access.catalogue.lookups.currencies.values()]
      return onePage(currencies.map((one) => ({ ...one, name: labelFor(one.name, access.language, query.labels) })))
    },
  )
}
