import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Catalogue, EntityType } from '../entities/catalogue.ts'
import type { FieldsByPath } from '../fields/field.ts'
import type { Context } from '../fields/value.ts'
import type { Filter } from '../filters/filter.ts'
import { ownTargets, resolveFilter } from '../filters/resolve.ts'
import { toSql } from '../filters/sql.ts'

/** What can be done with records. */
export const operations = ['read', 'add', 'update', 'delete', 'export', 'import', 'automation', 'move'] as const
export type Operation = (typeof operations)[number]

const proof: unique symbol = Symbol('grant')

/**
 * What one caller may do with the records of one type. Every function that touches records asks for a grant, and only
 * this folder (and tests) make them: rights cannot be forgotten.
 */
export interface Grant {
  readonly type: EntityType
  readonly catalogue: Catalogue
  /** The user in whose name it is done. */
  readonly userId: number
  /** Whether that is an administrator: what belongs to no record, such as a file that nothing names, has no rows. */
  readonly isAdmin: boolean
  /** Fields that exist for the caller; the others are unknown to every request. */
  readonly readable: FieldsByPath
  readonly writable: FieldsByPath
  /** The condition on a record (`record` in SQL) for each operation; null where every record fulfils it. */
  readonly rows: Readonly<Record<Operation, RawBuilder<SqlBool> | null>>
  /** The condition on a record in the recycle bin: who may not see everything there sees what they deleted themselves. */
  readonly bin: RawBuilder<SqlBool> | null
  /** The condition on a record as it would be after a change: what was created, and where it was moved. */
  mayBecome(change: { created: boolean; moved: boolean }): RawBuilder<SqlBool> | null
  /** Fields of users that exist for the caller, who asks for records by them. */
  readonly users: FieldsByPath
  /** The grant of another type for the same caller; where that is closed to the caller, one that shows nothing. */
  of(typeCode: string): Grant
  readonly [proof]: true
}

/** What limits a grant: rows by filters of the request's language, fields by their names. */
export interface Limits {
  /** For each operation a filter, or whether it is allowed at all; allowed where nothing is said. */
  rows?: Partial<Record<Operation, Filter | boolean>>
  /** Fields that do not exist for the caller. */
  hidden?: readonly string[]
  /** Fields that the caller sees and may not change. */
  fixed?: readonly string[]
}

/** Who asks, and where the grants of other types come from. */
export interface Granted {
  catalogue: Catalogue
  context: Context
  isAdmin: boolean
  users: FieldsByPath
  of(typeCode: string): Grant
}

/** Makes a grant. Filters of rights are compiled against all fields: a right may depend on what its holder cannot see. */
export function makeGrant(type: EntityType, granted: Granted, limits: Limits = {}): Grant {
  const { catalogue, context, isAdmin, users, of } = granted
  const { userId } = context
  const hidden = new Set(limits.hidden)
  const fixed = new Set(limits.fixed)
  const all: FieldsByPath = new Map(type.fields.map((field) => [field.path, field]))
  const readable = new Map([...all].filter(([path]) => !hidden.has(path)))
  const writable = new Map([...readable].filter(([path, field]) => !field.readOnly && !fixed.has(path)))
  const condition = (operation: Operation): RawBuilder<SqlBool> | null => {
    const limit = limits.rows?.[operation] ?? true
    if (typeof limit === 'boolean') return limit ? null : sql<SqlBool>`false`
    return toSql(resolveFilter(limit, ownTargets(all), context, ''))
  }
  const rows = Object.fromEntries(operations.map((operation) => [operation, condition(operation)])) as Grant['rows']
  const mayBecome: Grant['mayBecome'] = ({ created, moved }) =>
    conjunction([created ? rows.add : null, moved ? rows.move : null])
  const bin = conjunction([rows.read, rows.delete, isAdmin ? null : sql<SqlBool>`record.deleted_by = ${userId}`])
  return { type, catalogue, userId, isAdmin, readable, writable, rows, bin, mayBecome, users, of, [proof]: true }
}

/** Limits that leave nothing but the ids, which records that may be read hold. */
export function nothing({ fields }: EntityType): Limits {
  return {
    rows: Object.fromEntries(operations.map((operation) => [operation, false])),
    hidden: fields.map(({ path }) => path).filter((path) => path !== 'id'),
  }
}

/** Conditions joined by `and`; null when there are none. */
export function conjunction(conditions: readonly (RawBuilder<SqlBool> | null)[]): RawBuilder<SqlBool> | null {
  const present = conditions.filter((one) => one !== null)
  return present.length ? sql<SqlBool>`(${sql.join(present, sql` and `)})` : null
}
