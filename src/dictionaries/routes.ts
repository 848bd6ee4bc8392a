import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { ListRoutes } from '../lists/send-items.ts'
import type { AccessMaker } from '../rights/access.ts'
import { dictionaryWritingRoutes } from './dictionary-routes.ts'
import { entryWritingRoutes } from './entry-routes.ts'
import { readingRoutes } from './reading-routes.ts'
import { dictionarySchemas } from './schemas.ts'

/** The dependencies of the routes that change dictionaries. */
export interface DictionaryRoutes extends ListRoutes {
  access: AccessMaker
  queue: JobQueue
}

/** Adds the routes of dictionaries and their entries. */
export function dictionaryRoutes(app: App, options: DictionaryRoutes): void {
  addSchemas(app, dictionarySchemas)
  readingRoutes(app, options)
  dictionaryWritingRoutes(app, options)
  entryWritingRoutes(app, options)
}
