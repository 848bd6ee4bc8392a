import type { Database } from '../../database/connect.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { inPipeline } from '../../fields/lookups.ts'
import type { CsvWriting } from '../../fields/scalar.ts'
import type { Value } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { namesOf } from '../query/record-names.ts'

/** Functions that return names for ids. */
export type Names = Pick<CsvWriting, 'userName' | 'recordName'>

/** The text for a user or record without a name that the caller may see. */
const numbered = (id: number) => `#${id}`

/** Returns `#id` for every id. */
export const noNames: Names = { userName: numbered, recordName: (_, id) => numbered(id) }

/** Returns the values of a field for which names are needed. */
export type ValuesOf = (field: Field) => readonly Value[]

/** Returns a reader of the names for a page of values. It keeps users for all pages and reads records for each page. */
export function nameReader(grant: Grant, fields: readonly Field[]) {
  const users = new Map<number, string>()
  return async (db: Database, valuesOf: ValuesOf): Promise<Names> => {
    const employees = idsOf(
      valuesOf,
      fields.filter((field) => kindOf(field).pointsTo === 'user'),
    )
    await learnUsers(
      db,
      users,
      employees.filter((id) => !users.has(id)),
    )
    return await readNames(db, grant, users, linkedIds(valuesOf, fields))
  }
}

async function readNames(
  db: Database,
  grant: Grant,
  users: ReadonlyMap<number, string>,
  records: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<Names> {
  const byType = new Map<string, Map<number, string>>()
  for (const [type, ids] of records) byType.set(type, await namesOf(db, grant.of(type), [...ids]))
  return {
    userName: (id) => users.get(id) ?? numbered(id),
    recordName: (type, id) => byType.get(type)?.get(id) ?? numbered(id),
  }
}

/** Returns texts that contain names. `write` writes them, and is called once before to learn which names it needs. */
export async function textsWithNames<Texts>(
  db: Database,
  grant: Grant,
  write: (names: Names) => Texts,
): Promise<Texts> {
  const ids = new Set<number>()
  const records = new Map<string, Set<number>>()
  write({
    userName(id) {
      ids.add(id)
      return ''
    },
    recordName(type, id) {
      records.set(type, (records.get(type) ?? new Set()).add(id))
      return ''
    },
  })
  const users = new Map<number, string>()
  await learnUsers(db, users, [...ids])
  return write(await readNames(db, grant, users, records))
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

/** Returns the ids of the records that values point to, by the code of their type. */
function linkedIds(valuesOf: ValuesOf, fields: readonly Field[]): Map<string, Set<number>> {
  const byType = new Map<string, Set<number>>()
  for (const field of fields) {
    const { linked } = kindOf(field)
    if (!linked) continue
    for (const { type, id } of valuesOf(field).flatMap((value) => linked(field, value)))
      byType.set(type, (byType.get(type) ?? new Set()).add(id))
  }
  return byType
}

function idsOf(valuesOf: ValuesOf, fields: readonly Field[]): number[] {
  const ids = new Set<number>()
  for (const field of fields) for (const value of valuesOf(field)) collect(value, ids)
  return [...ids]
}

/** Collects the ids of a value: an id or a list of ids. */
function collect(value: Value, ids: Set<number>): void {
  if (typeof value === 'number') ids.add(value)
  else if (Array.isArray(value)) for (const item of value) collect(item, ids)
}

/** Returns a function that narrows the lookups to one pipeline. Without a known pipeline it returns the lookups of all. */
export function pipelineWriting(writing: CsvWriting): (pipelineId: Value | undefined) => CsvWriting {
  const { lookups } = writing
  const all = [...lookups.pipelines.values()].flat()
  const narrowed = new Map(all.map((one) => [one.id, { ...writing, lookups: inPipeline(lookups, one) }]))
  return (id) => (typeof id === 'number' ? narrowed.get(id) : undefined) ?? writing
}

/** Returns a value as text for people, with all its parts, or null if it is empty. */
export function wordsOf(field: Field, value: Value, writing: CsvWriting): string | null {
  if (value === null) return null
  const { words } = kindOf(field)
  if (words) return words(field, value, writing) || null
  const parts = kindOf(field)
    .csv(field, 'people')
    .map(({ write }) => write(value, writing))
  return parts.filter(Boolean).join(', ') || null
}
