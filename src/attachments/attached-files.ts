import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { withLinks } from '../files/find.ts'
import type { Grant } from '../rights/grant.ts'
import type { AttachedFile } from './schemas.ts'

/** Returns the files that are attached to a record. Use it only for a record that the caller may read. */
export function filesAttachedTo({ type }: Grant, id: number): RawBuilder<Omit<AttachedFile, 'links'>> {
  return sql`select file.id, file.name, file.size, file.content_type as "contentType", file.created_by as "createdBy",
      instant(file.created_at) as "createdAt", item.attached_by as "attachedBy", instant(item.attached_at) as "attachedAt"
    from attachment as item join file on file.id = item.file_id
    where item.type_id = ${type.id} and item.record_id = ${id}`
}

/** Reads the given files of those that are attached to a record, by id. */
export async function readAttached(
  db: Database,
  grant: Grant,
  { id, fileIds }: { id: number; fileIds: readonly number[] },
): Promise<Map<number, AttachedFile>> {
  const { rows } = await sql<Omit<AttachedFile, 'links'>>`
    ${filesAttachedTo(grant, id)} and item.file_id = any(${fileIds}::bigint[])`.execute(db)
  return new Map(rows.map((file) => [file.id, withLinks(file)]))
}

/** Returns the number of files that are attached to a record. */
export async function countAttached(db: Database, { type }: Grant, id: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from attachment where type_id = ${type.id} and record_id = ${id}`.execute(db)
  return rows[0]!.n
}
