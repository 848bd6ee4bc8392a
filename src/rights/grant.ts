import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Catalogue, EntityType } from '../entities/catalogue.ts'
import { Problem } from '../errors/problem.ts'
import type { FieldsByPath } from '../fields/field.ts'
import { missingScope, type Scopes } from '../people/scopes.ts'
import { type Operation, operations } from './levels.ts'
import type { Limits } from './limits.ts'
import { everyRow, type Lookup, noRow, type RowRule, type Way } from './rule.ts'

export type { Operation } from './levels.ts'

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
  /** Whether nothing is hidden from the user. Needed where no record decides, such as for a file that no record uses. */
  readonly seesEverything: boolean
  /** The fields that the caller sees. Requests that name other fields fail as if those did not exist. */
  readonly readable: FieldsByPath
  readonly writable: FieldsByPath
  /** The condition on a record (`record` in SQL) for each operation. Null allows every record. */
  readonly rows: Readonly<Record<Operation, RawBuilder<SqlBool> | null>>
  /** The condition of reading for a few records. It means the same as that of `rows`. */
  readonly mayReadFew: Lookup
  /** The ways to the records that the caller may read, if indexes find them better than a scan. */
  readonly ways: readonly Way[] | null
  /** The condition on a record in the recycle bin. Users other than administrators see only what they deleted. */
  readonly bin: RawBuilder<SqlBool> | null
  /** Returns the condition on a record after it was created or moved. */
  mayBecome(change: { created: 'add' | 'import' | null; moved: boolean }): RawBuilder<SqlBool> | null
  /** Returns why the caller may not perform an operation: `insufficient_scope` if the key does not allow it, else `forbidden`. */
  refusal(operation: Operation): Problem
  /** The properties of users by which the caller may filter records. */
  readonly users: FieldsByPath
  /** Returns the caller's grant for another type. It shows nothing if that type is closed to the caller. */
  of(typeCode: string): Grant
  /** Whoever keeps something that depends on fields and conditions keeps it for this object. Equal grants share it. */
  readonly owner: object
  readonly [proof]: true
}

/** The caller of a grant, and the source of grants for other types. */
export interface GrantContext {
  catalogue: Catalogue
  userId: number
  /** Whether nothing is hidden from the user: a portal administrator, or the server itself. */
  seesEverything: boolean
  /** Whether the user administers the CRM. */
  administers: boolean
  /** What the key allows. */
  scopes: Scopes
  users: FieldsByPath
  of(typeCode: string): Grant
}

/** Creates a grant. */
export function makeGrant(
  type: EntityType,
  { administers, scopes, ...granted }: GrantContext,
  limits: Limits = {},
): Grant {
  const { userId } = granted
  const { readable, writable } = fieldsWithout(type, limits.hidden ?? [])
  const rules = Object.fromEntries(operations.map((operation) => [operation, ruleOf(limits, operation)])) as Rules
  const rows = Object.fromEntries(operations.map((one) => [one, rules[one].condition])) as Grant['rows']
  const isLimited = operations.some((operation) => rows[operation])
  const bin = conjunction([rows.read, rows.delete, administers ? null : sql<SqlBool>`record.deleted_by = ${userId}`])
  return {
    ...granted,
    ...{ type, readable, writable, rows, bin },
    mayReadFew: rules.read.ofFew ?? { join: null, condition: rules.read.condition ?? sql<SqlBool>`true` },
    ways: rules.read.ways,
    mayBecome: ({ created, moved }) => conjunction([created ? rows[created] : null, moved ? rows.move : null]),
    refusal: (operation) =>
      missingScope({ scopes }, type.code, operation) ?? new Problem('forbidden', { operation, type: type.code }),
    owner: isLimited || !administers ? rows : readable,
    [proof]: true,
  }
}

type Rules = Readonly<Record<Operation, RowRule>>

function ruleOf({ rows }: Limits, operation: Operation): RowRule {
  const limit = rows?.[operation] ?? true
  if (typeof limit !== 'boolean') return limit
  return limit ? everyRow : noRow
}

/** The fields that callers with the same hidden fields see. */
type SeenFields = Pick<Grant, 'readable' | 'writable'>

const seenFields = new WeakMap<EntityType, Map<string, SeenFields>>()

/** Returns the fields of a type without the hidden ones. Callers share them, with what is compiled for them. */
function fieldsWithout(type: EntityType, hidden: readonly string[]): SeenFields {
  const shared = seenFields.get(type) ?? new Map<string, SeenFields>()
  seenFields.set(type, shared)
  const name = hidden.toSorted().join()
  const known = shared.get(name)
  if (known) return known
  const seen = type.fields.filter(({ path }) => !hidden.includes(path)).map((field) => [field.path, field] as const)
  const made = { readable: new Map(seen), writable: new Map(seen.filter(([, field]) => !field.readOnly)) }
  shared.set(name, made)
  return made
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
