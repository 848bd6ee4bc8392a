import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { App } from '../../http/foundation.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { auditRetention } from '../prune.ts'
import { findEntries } from './find.ts'
import type { Refusals } from './refusals.ts'
import { AuditList, AuditQuery, auditSchemas } from './schemas.ts'

/** The context of the audit log's route. */
export interface AuditRoutes {
  db: Database
  cursors: Cursors
  refusals: Refusals
}

/** Adds the route of the audit log. */
export function auditRoutes(app: App, { db, cursors, refusals }: AuditRoutes): void {
  addSchemas(app, auditSchemas)
  app.get(
    '/audit',
    {
      schema: {
        ...describeOperations('People')(
          'listAuditEntries',
          'Read the audit log',
          `Returns refusals, changes of rights and settings, and exports, the newest first. Entries are kept for ${auditRetention}. Refusals by other servers appear after a few seconds. Requires an administrator.`,
        ),
        querystring: AuditQuery,
        response: { 200: ref(AuditList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query: { event, userId, from, to, ...page } }) => {
      access.requireAdmin()
      await refusals.flush()
      return await findEntries(db, { ...page, cursors }, { event, userId, from, to })
    },
  )
}
