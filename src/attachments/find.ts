import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { withLinks } from '../files/find.ts'
import type { ListedItems } from '../lists/find-items.ts'
import { recordNotFound } from '../records/list/read-record.ts'
import { recordsFor } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import { filesAttachedTo } from './attached-files.ts'

/** Returns the files that are attached to a record. Throws `record_not_found`. */
export async function findAttachments(db: Database, grant: Grant, id: number): Promise<ListedItems> {
  const { rows } = await recordsFor(grant, 'read').and(sql`record.id = ${id}`).select().execute(db)
  if (!rows.length) throw recordNotFound(grant, id)
  // There are so few of them that an estimate would save nothing.
  return { items: filesAttachedTo(grant, id), of: `${grant.type.code}/${id}`, isPartial: true, shown: withLinks }
}
