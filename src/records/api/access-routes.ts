import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { RecordAccess } from '../../rights/api/explain-schemas.ts'
import { findSubject, SubjectQuery } from '../../rights/api/subject.ts'
import { ref } from '../../schema/build.ts'
import { explainRecord } from './record-access.ts'
import { IdParams } from './requests.ts'
import type { ResourceRoutes } from './route-context.ts'

/** Adds the route that explains what a user may do with a record. */
export function accessRoute(app: App, { db, access: maker, path, params, codeOf, texts }: ResourceRoutes): void {
  app.get(
    `${path}/:id/access`,
    {
      schema: {
        ...texts.access,
        params: params(IdParams),
        querystring: SubjectQuery,
        response: { 200: ref(RecordAccess), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { access, query } = request
      const grant = access.grant(codeOf(request))
      const subject = await findSubject({ db, access: maker }, access, query.user)
      return reply.send((await explainRecord(db, { access, grant }, subject, request.params.id)) as never)
    },
  )
}
