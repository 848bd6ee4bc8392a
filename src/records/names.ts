import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Grant } from '../rights/grant.ts'
import { recordsFor } from './source.ts'
import { viewOf } from './view.ts'

/** The fields that a record is called by, as far as they exist for somebody. */
type Named = { firstName?: string | null; lastName?: string | null; title?: string | null }

const nameFields = ['firstName', 'lastName', 'title'] satisfies (keyof Named)[]

/** How people call a record: a person by first and last name, anything else by its title. */
export function nameOf({ firstName, lastName, title, id }: Named & { id: number }): string {
  return [firstName, lastName].filter(Boolean).join(' ') || title || `#${id}`
}

/** What records are called by, as far as the holder of the grant may see it, for nameOf. */
export function namesView({ readable }: Grant): RawBuilder<string> {
  return viewOf(
    readable,
    nameFields.filter((path) => readable.has(path)),
  )
}

/** The names of those of the records that the holder of the grant may see, by id. */
export async function namesOf(db: Database, grant: Grant, ids: readonly number[]): Promise<Map<number, string>> {
  if (!ids.length) return new Map()
  const { rows } = await sql<{ body: string }>`
    select ${namesView(grant)} as body ${recordsFor(grant, 'read')} and record.id = any(${ids})`.execute(db)
  const records = rows.map(({ body }) => JSON.parse(body) as Named & { id: number })
  return new Map(records.map((record) => [record.id, nameOf(record)]))
}
