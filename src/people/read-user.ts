import type { Transaction } from '../database/transaction.ts'
import type { ValidMembers } from '../errors/faulty-body.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { isTimeZone } from '../http/time-zone.ts'
import { findMissing } from './members.ts'
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
  groupIds: readonly number[]
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
  groupIds: [],
}

/** The valid part of a body and the faults of the rest. */
export type UserInput = ValidMembers<NewUser>

/** Returns the row of a new or changed user. Throws all faults of the body. */
export async function readUserInput(
  trx: Transaction,
  { body: input, faults: found }: UserInput,
  before: UserRow = unset,
): Promise<UserRow> {
  const faults = [...found]
  const row = merged(input, before)
  const isUnknown = faults.some(({ pointer }) => pointer === '/firstName' || pointer === '/lastName')
  if (!isUnknown && row.first_name === null && row.last_name === null)
    faults.push({ pointer: '/firstName', code: 'name_required' })
  faults.push(...timeZoneFaults(row.time_zone))
  faults.push(...(await findMissing(trx, 'department', input.departmentIds ?? [], '/departmentIds')))
  faults.push(...(await findMissing(trx, 'group', input.groupIds ?? [], '/groupIds')))
  if (faults.length) throw invalid(faults)
  return row
}

/** Returns the fault of a time zone that does not exist. */
export function timeZoneFaults(timeZone: string | null | undefined): Fault[] {
  if (typeof timeZone !== 'string' || isTimeZone(timeZone)) return []
  return [{ pointer: '/timeZone', code: 'invalid_time_zone' }]
}

function merged(input: NewUser, before: UserRow): UserRow {
  const { firstName, lastName, email, active, isAdmin, language, timeZone } = input
  const kept = <T>(value: T | undefined, old: T) => (value === undefined ? old : value)
  return {
    first_name: kept(trimmed(firstName), before.first_name),
    last_name: kept(trimmed(lastName), before.last_name),
    email: kept(email, before.email),
    active: kept(active, before.active),
    is_admin: kept(isAdmin, before.is_admin),
    language: kept(language, before.language),
    time_zone: kept(timeZone, before.time_zone),
    departmentIds: kept(ascending(input.departmentIds), before.departmentIds),
    groupIds: kept(ascending(input.groupIds), before.groupIds),
  }
}

function ascending(ids: readonly number[] | undefined): readonly number[] | undefined {
  return ids?.toSorted((a, b) => a - b)
}

/** Trims the text and converts an empty text to null. */
function trimmed(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? text.trim() || null : text
}
