import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import type { SystemType } from '../entities/types.ts'
import type { App } from '../http/foundation.ts'
import type { AccessMaker } from '../rights/access.ts'
import type { Listing } from './find.ts'
import { historyRoutes } from './history-routes.ts'
import { readingRoutes } from './reading-routes.ts'
import { recordSchemas } from './schemas.ts'
import { routeTexts } from './texts.ts'
import { writingRoutes } from './writing-routes.ts'

/** What routes about records stand on. */
export interface RecordRoutes extends Listing {
  db: Database
  access: AccessMaker
}

/** One type's routes as its parts see them. */
export interface TypeRoutes extends RecordRoutes {
  type: SystemType
  path: string
  schemas: ReturnType<typeof recordSchemas>
  texts: ReturnType<typeof routeTexts>
}

/** The routes of one type of record; every type gets the same. */
export function recordRoutes(app: App, type: SystemType, options: RecordRoutes): void {
  const schemas = recordSchemas(type)
  const routes: TypeRoutes = {
    ...options,
    type,
    path: `/${type.plural}`,
    schemas,
    texts: routeTexts(type),
  }
  void app.register(async (scope: App) => {
    // They send JSON that Postgres has written: compiling a serializer for each answer would take the start seconds.
    scope.setSerializerCompiler(() => JSON.stringify)
    readingRoutes(scope, routes)
    writingRoutes(scope, routes)
    historyRoutes(scope, routes)
  })
}

/** The headers of an answer that is one record. */
export const recordHeaders = {
  ETag: Type.String({ description: 'Version of the record and digest of the answer.', examples: ['"7-q83vEjRWeJq8"'] }),
}

/** Sends JSON that Postgres has written. */
export function sendJson(reply: FastifyReply, text: string): never {
  // The reply is what an async handler returns; that it says `never` lets the handler's type be that of its schema.
  return reply.type('application/json; charset=utf-8').send(text) as never
}
