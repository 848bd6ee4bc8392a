import type { Database } from '../database/connect.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { isTimeZone } from '../http/time-zone.ts'
import type { NewUser } from './schemas.ts'

/** Columns of a user that requests can set. */
export interface UserRow {
  first_name: string | null
  last_name: string | null
  email: string | null
  active: boolean
  is_admin: boolean
  language: 'en' | 'ru' | null
  time_zone: string | null
  departmentIds: readonly number[]
}

const unset: UserRow = {
  first_name: null,
  last_name: null,
  email: null,
  active: true,
  is_admin: false,
  language: null,
  time_zone: null,
  departmentIds: [],
}

/** The valid part of a body and the faults of the rest. */
export interface UserInput {
  body: NewUser
  faults: readonly Fault[]
}

/** Returns the row of a new or changed user. Throws all faults of the body. */
export async function readUserInput(
  db: Database,
  { body: input, faults: found }: UserInput,
  before: UserRow = unset,
): Promise<UserRow> {
  const faults = [...found]
  const row = merged(input, before)
  const isUnknown = faults.some(({ pointer }) => pointer === '/firstName' || pointer === '/lastName')
  if (!isUnknown && row.first_name === null && row.last_name === null)
    faults.push({ pointer: '/firstName', code: 'name_required' })
  if (row.time_zone !== null && !isTimeZone(row.time_zone))
    faults.push({ pointer: '/timeZone', code: 'invalid_time_zone' })
  if (input.departmentIds) faults.push(...(await missingDepartments(db, input.departmentIds)))
  if (faults.length) throw invalid(faults)
  return row
}

function merged(input: NewUser, before: UserRow): UserRow {
  const { firstName, lastName, email, active, isAdmin, language, timeZone, departmentIds } = input
  const kept = <T>(value: T | undefined, old: T) => (value === undefined ? old : value)
  return {
    first_name: kept(trimmed(firstName), before.first_name),
    last_name: kept(trimmed(lastName), before.last_name),
    email: kept(email, before.email),
    active: kept(active, before.active),
    is_admin: kept(isAdmin, before.is_admin),
    language: kept(language, before.language),
    time_zone: kept(timeZone, before.time_zone),
    departmentIds: kept(
      departmentIds?.toSorted((a, b) => a - b),
      before.departmentIds,
    ),
  }
}

/** Trims the text and converts an empty text to null. */
function trimmed(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? text.trim() || null : text
}

async function missingDepartments(db: Database, ids: readonly number[]): Promise<Fault[]> {
  if (!ids.length) return []
  const rows = await db.selectFrom('department').select('id').where('id', 'in', ids).forKeyShare().execute()
  const known = new Set(rows.map(({ id }) => id))
  return ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : [{ pointer: `/departmentIds/${index}`, code: 'not_found_reference', params: { type: 'department', id } }],
  )
}
