import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Catalogue, EntityType } from '../entities/catalogue.ts'
import type { FieldsByPath } from '../fields/field.ts'
import type { Context } from '../fields/value.ts'
import type { Filter } from '../filters/filter.ts'
import { resolveFilter } from '../filters/resolve.ts'
import { toSql } from '../filters/sql.ts'
import { Problem } from '../http/problem.ts'

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
  /** Fields that exist for the caller; the others are unknown to every request. */
  readonly readable: FieldsByPath
  readonly writable: FieldsByPath
  /** The condition on a record (`record` in SQL) for each operation; null where every record fulfils it. */
  readonly rows: Readonly<Record<Operation, RawBuilder<SqlBool> | null>>
  /** The condition on a record in the recycle bin: who may not see everything there sees what they deleted themselves. */
  readonly bin: RawBuilder<SqlBool> | null
  /** The condition on a record as it would be after a change: what was created, and where it was moved. */
  mayBecome(change: { created: boolean; moved: boolean }): RawBuilder<SqlBool> | null
  /** The grant of another type for the same caller. */
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
  of(typeCode: string): Grant
}

/** Makes a grant. Filters of rights are compiled against all fields: a right may depend on what its holder cannot see. */
export function makeGrant(type: EntityType, { catalogue, context, isAdmin, of }: Granted, limits: Limits = {}): Grant {
  const { userId } = context
  const hidden = new Set(limits.hidden)
  const fixed = new Set(limits.fixed)
  const all: FieldsByPath = new Map(type.fields.map((field) => [field.path, field]))
  const readable = new Map([...all].filter(([path]) => !hidden.has(path)))
  const writable = new Map([...readable].filter(([path, field]) => !field.readOnly && !fixed.has(path)))
  const condition = (operation: Operation): RawBuilder<SqlBool> | null => {
    const limit = limits.rows?.[operation] ?? true
    if (typeof limit === 'boolean') return limit ? null : sql<SqlBool>`false`
    return toSql(resolveFilter(limit, all, context, { pointer: '' }))
  }
  const rows = Object.fromEntries(operations.map((operation) => [operation, condition(operation)])) as Grant['rows']
  const mayBecome: Grant['mayBecome'] = ({ created, moved }) =>
    conjunction([created ? rows.add : null, moved ? rows.move : null])
  const bin = conjunction([rows.read, rows.delete, isAdmin ? null : sql<SqlBool>`record.deleted_by = ${userId}`])
  return { type, catalogue, userId, readable, writable, rows, bin, mayBecome, of, [proof]: true }
}

/** The grant of a type, unless that is closed to the caller. */
export function openGrant(of: (typeCode: string) => Grant, typeCode: string): Grant | undefined {
  try {
    return of(typeCode)
  } catch (error) {
    if (error instanceof Problem && error.code === 'crm_unavailable') return
    throw error
  }
}

/** Conditions joined by `and`; null when there are none. */
export function conjunction(conditions: readonly (RawBuilder<SqlBool> | null)[]): RawBuilder<SqlBool> | null {
  const present = conditions.filter((one) => one !== null)
  return present.length ? sql<SqlBool>`(${sql.join(present, sql` and `)})` : null
}
