import Type from 'typebox'
import type { Database } from '../database/connect.ts'
import { TypeParams } from '../entities/find-type.ts'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { listOf } from '../http/lists.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import type { UnindexedReads } from '../records/list/unindexed-reads.ts'
import { enumOf, ref } from '../schema/build.ts'
import { changeableType, say } from './find-field.ts'
import { findAdvice } from './index-advice.ts'

const IndexAdvice = Type.Object(
  {
    code: Type.String({ description: 'Code of the user field.', examples: ['delivery_city'] }),
    path: Type.String({
      description: 'Name of the field in filters and `sort`.',
      examples: ['userFields.delivery_city'],
    }),
    filters: Type.Integer({ description: 'Number of requests that filtered by the field without an index.' }),
    sorts: Type.Integer({ description: 'Number of requests that sorted by the field without an index.' }),
    firstAt: Type.String({ format: 'date-time', description: 'Time of the first of them.' }),
    lastAt: Type.String({ format: 'date-time', description: 'Time of the last of them.' }),
    advice: Type.Array(enumOf(['filterable', 'sortable']), {
      description: 'Properties of the field to set to true, so that it has the index.',
    }),
  },
  { $id: 'IndexAdvice', description: 'A user field that requests filter or sort by without an index.' },
)
const IndexAdviceList = listOf(IndexAdvice, 'IndexAdviceList')

/** Adds the route that tells administrators which user fields need an index. */
export function adviceRoutes(app: App, { db, unindexed }: { db: Database; unindexed: UnindexedReads }): void {
  addSchemas(app, [IndexAdvice, IndexAdviceList])
  app.get(
    '/types/:code/index-advice',
    {
      schema: {
        ...say(
          'listIndexAdvice',
          'List fields that need an index',
          'Returns the user fields that requests filter or sort by without an index, the most used first. Uses of other servers appear after a few seconds. The counts of a field start again when its indexes change. Requires the settings right.',
        ),
        params: TypeParams,
        response: { 200: ref(IndexAdviceList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params }) => {
      const type = changeableType(access, params.code)
      await unindexed.flush()
      const fields = [...access.grant(type.code).readable.values()]
      return onePage(await findAdvice(db, fields))
    },
  )
}
