import type { SystemType } from '../entities/types.ts'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { sendJson } from '../http/send-json.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { listHeaders, listJson, tellUnindexed } from '../lists/send-list.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { type QueryResult, readQueries } from './read-queries.ts'
import { QueryResults, queriesRequest, querySchemas, sharedQuerySchemas } from './schemas.ts'

/** Adds the route that answers several queries in one request. */
export function queryRoutes(app: App, types: readonly SystemType[], routes: RecordRoutes): void {
  addSchemas(app, [...querySchemas(types), ...sharedQuerySchemas])
  void app.register(async (scope: App) => {
    // The selections write the JSON.
    scope.setSerializerCompiler(() => JSON.stringify)
    scope.post(
      '/queries',
      {
        config: { reads: true },
        schema: {
          ...describeOperations('Records')(
            'queryRecords',
            'Read several lists and counts',
            'Answers several searches and counts in one request, such as those of a screen. All see the same state of the database, and counts share one time limit. Each result is what the single request would return. The cursors of a list continue in the list of its record type.',
          ),
          body: queriesRequest,
          response: {
            200: { ...ref(QueryResults), headers: listHeaders },
            ...problems(400, 401, 403, 413, 415, 422, 503),
          },
        },
      },
      async ({ access, body }, reply) => {
        access.requireCrm()
        const results = await readQueries(routes.db, access, body.queries, routes)
        tellUnindexed(reply, [...new Set(results.flatMap(([, result]) => unindexedIn(result)))])
        const members = results.map(([name, result]) => `${JSON.stringify(name)}:${resultJson(result)}`)
        return sendJson(reply, `{"results":{${members.join()}}}`)
      },
    )
  })
}

function unindexedIn(result: QueryResult): readonly string[] {
  return 'list' in result ? result.list.unindexed : result.count.unindexed
}

function resultJson(result: QueryResult): string {
  if ('list' in result) return listJson(result.list)
  const { unindexed: _, ...count } = result.count
  return JSON.stringify(count)
}
