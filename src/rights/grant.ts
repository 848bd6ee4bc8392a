import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Catalogue, EntityType } from '../entities/catalogue.ts'
import type { FieldsByPath } from '../fields/field.ts'
import type { Context } from '../fields/value.ts'
import type { Filter } from '../filters/filter.ts'
import { ownTargets, resolveFilter } from '../filters/resolve.ts'
import { toSql } from '../filters/sql.ts'

/** The operations that a grant can limit. */
export const operations = ['read', 'add', 'update', 'delete', 'export', 'import', 'move'] as const
export type Operation = (typeof operations)[number]

const proof: unique symbol = Symbol('grant')

/**
 * The rights of one caller to the records of one type. Every function that reads or writes records requires a grant,
 * and only this folder and tests create grants, so no function can skip the check of rights.
 */
export interface Grant {
  readonly type: EntityType
  readonly catalogue: Catalogue
  /** The user who acts. */
  readonly userId: number
  /** Whether the user is an administrator. Needed where no record decides, such as for a file that no record uses. */
  readonly isAdmin: boolean
  /** The fields that the caller sees. Requests that name other fields fail as if those did not exist. */
  readonly readable: FieldsByPath
  readonly writable: FieldsByPath
  /** The condition on a record (`record` in SQL) for each operation. Null allows every record. */
  readonly rows: Readonly<Record<Operation, RawBuilder<SqlBool> | null>>
  /** The condition on a record in the recycle bin. Users other than administrators see only what they deleted. */
  readonly bin: RawBuilder<SqlBool> | null
  /** Returns the condition on a record after it was created or moved. */
  mayBecome(change: { created: boolean; moved: boolean }): RawBuilder<SqlBool> | null
  /** The properties of users by which the caller may filter records. */
  readonly users: FieldsByPath
  /** Returns the caller's grant for another type. It shows nothing if that type is closed to the caller. */
  of(typeCode: string): Grant
  readonly [proof]: true
}

/** The limits of a grant: filters on records, as in requests, and fields by path. */
export interface Limits {
  /** A filter per operation, or whether it is allowed at all. Default: allowed. */
  rows?: Partial<Record<Operation, Filter | boolean>>
  /** Fields that the caller does not see. */
  hidden?: readonly string[]
  /** Fields that the caller sees but may not change. */
  fixed?: readonly string[]
}

/** The caller of a grant, and the source of grants for other types. */
export interface GrantContext {
  catalogue: Catalogue
  context: Context
  isAdmin: boolean
  users: FieldsByPath
  of(typeCode: string): Grant
}

/** Creates a grant. Filters of rights may use every field, including fields that the caller does not see. */
export function makeGrant(type: EntityType, granted: GrantContext, limits: Limits = {}): Grant {
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

/** Returns limits that allow no operation and show only the id, which readable records contain anyway. */
export function denyAll({ fields }: EntityType): Limits {
  return {
    rows: Object.fromEntries(operations.map((operation) => [operation, false])),
    hidden: fields.map(({ path }) => path).filter((path) => path !== 'id'),
  }
}

/** Joins conditions by `and`, each in parentheses of its own. Returns null when there are none. */
export function conjunction(conditions: readonly (RawBuilder<SqlBool> | null)[]): RawBuilder<SqlBool> | null {
  const present = conditions.flatMap((one) => (one ? [sql`(${one})`] : []))
  return present.length ? sql<SqlBool>`(${sql.join(present, sql` and `)})` : null
}
