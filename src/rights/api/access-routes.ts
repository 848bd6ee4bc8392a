import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { readMe } from '../../people/find-users.ts'
import { ref } from '../../schema/build.ts'
import type { AccessMaker } from '../access.ts'
import { MyAccess } from './explain-schemas.ts'
import { explainUser } from './my-access.ts'
import { say } from './reading-routes.ts'
import { findSubject, SubjectQuery } from './subject.ts'

/** Adds the route that explains what a user may do. It requires no role, and works while the CRM is switched off. */
export function accessRoutes(app: App, options: { db: Database; access: AccessMaker }): void {
  app.get(
    '/me/access',
    {
      schema: {
        ...say(
          'getMyAccess',
          'Explain access',
          'Returns what the caller may do, by which roles, and why the CRM is unavailable, if it is. With `user` the same about another user, which requires the settings right.',
        ),
        querystring: SubjectQuery,
        response: { 200: ref(MyAccess), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      const subject = await findSubject(options, access, query.user)
      const { crmHidden } = await readMe(options.db, subject.userId)
      return explainUser(subject, access, crmHidden)
    },
  )
}
