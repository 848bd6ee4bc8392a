import type { Database } from '../database/connect.ts'
import type { Field } from '../fields/field.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import type { Value } from '../fields/value.ts'
import { namesOf } from '../records/names.ts'
import type { Grant } from '../rights/grant.ts'
import { type ExportedRecord, valueIn } from './export-rows.ts'

/** How cells call users and records. */
export type Names = Pick<CsvWriting, 'userName' | 'recordName'>

/** What stands where nobody has a name, or none that the caller may see. */
const numbered = (id: number) => `#${id}`

/** The names of a file in which none are told. */
export const noNames: Names = { userName: numbered, recordName: (_, id) => numbered(id) }

/** Reads the names that a page of records mentions: those of users once for all pages, those of records anew. */
export function nameReader(db: Database, grant: Grant, fields: readonly Field[]) {
  const users = new Map<number, string>()
  return async (records: readonly ExportedRecord[]): Promise<Names> => {
    const employees = idsOf(
      records,
      fields.filter(({ kind }) => kind === 'employee'),
    )
    await learnUsers(
      db,
      users,
      employees.filter((id) => !users.has(id)),
    )
    const byType = new Map<string, Map<number, string>>()
    for (const [type, ofType] of Map.groupBy(fields, ({ settings }) => settings.type)) {
      if (type) byType.set(type, await namesOf(db, grant.of(type), idsOf(records, ofType)))
    }
    return {
      userName: (id) => users.get(id) ?? numbered(id),
      recordName: (type, id) => byType.get(type)?.get(id) ?? numbered(id),
    }
  }
}

async function learnUsers(db: Database, known: Map<number, string>, ids: readonly number[]): Promise<void> {
  if (!ids.length) return
  const users = await db
    .selectFrom('user')
    .select(['id', 'first_name', 'last_name', 'email'])
    .where('id', 'in', ids)
    .execute()
  for (const { id, first_name: first, last_name: last, email } of users) {
    known.set(id, [first, last].filter(Boolean).join(' ') || email || numbered(id))
  }
}

function idsOf(records: readonly ExportedRecord[], fields: readonly Field[]): number[] {
  const ids = new Set<number>()
  for (const field of fields) for (const record of records) collect(valueIn(record, field), ids)
  return [...ids]
}

/** An id, several, or links. */
function collect(value: Value, ids: Set<number>): void {
  if (typeof value === 'number') ids.add(value)
  else if (Array.isArray(value)) for (const item of value) collect(item, ids)
  else if (typeof value === 'object' && value) collect(value.id ?? null, ids)
}
