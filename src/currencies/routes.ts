import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { convertRoute } from './convert-route.ts'
import { type CurrencyRoutes, currencyReadingRoutes, currencyWritingRoutes } from './currency-routes.ts'
import { rateFileRoute } from './rate-file-route.ts'
import { rateReadingRoutes, rateWritingRoutes } from './rate-routes.ts'
import { rateSchemas } from './rate-schemas.ts'
import { currencySchemas } from './schemas.ts'

/** Adds the routes of currencies and their rates. */
export async function currencyRoutes(app: App, options: CurrencyRoutes): Promise<void> {
  addSchemas(app, [...currencySchemas, ...rateSchemas])
  currencyReadingRoutes(app, options)
  currencyWritingRoutes(app, options)
  rateReadingRoutes(app, options)
  rateWritingRoutes(app, options)
  convertRoute(app, options)
  // Only this route accepts CSV.
  await app.register((scope: App) => rateFileRoute(scope, options))
}
