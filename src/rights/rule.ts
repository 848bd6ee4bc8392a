import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Level, levels, type Place } from './levels.ts'

/** The records that an operation reaches: one level for all records of a type, or the stages with each level. */
export type Rule = Level | ReadonlyMap<Level, readonly Place[]>

/** Some of the records of a rule, as an index finds them. */
export interface Way {
  /** SQL of rows. The index is read once for each. Null reads it once. */
  keys: RawBuilder<unknown> | null
  /** The condition on a record (`record` in SQL), which may name the row of `keys`. */
  matches: RawBuilder<SqlBool>
  /** The fields by which the index sorts the records of one key. `any` if Postgres knows how many records there are. */
  sorts: readonly ('id' | 'createdAt')[] | 'any'
}

/** A condition that reads nothing in advance, such as all members of a department. */
export interface Lookup {
  /** SQL after `from … as record`. Null adds nothing. */
  join: RawBuilder<unknown> | null
  condition: RawBuilder<SqlBool>
}

/** A rule in SQL. */
export interface RowRule {
  /** The condition on a record. Null allows every record. */
  condition: RawBuilder<SqlBool> | null
  /** The same condition for a few records. */
  ofFew?: Lookup
  /** The ways to all records of the rule, each of which is on one of them. Null if the rule allows every record or none. */
  ways: readonly Way[] | null
}

/** Allows every record. */
export const everyRow: RowRule = { condition: null, ways: null }
/** Allows no record. */
export const noRow: RowRule = { condition: sql<SqlBool>`false`, ways: null }

/** The fields of a record that decide who may do what with it. */
export const ruleFields = ['responsibleId', 'observers', 'opened', 'pipelineId', 'stageId'] as const

/** Who asks, and whether for reading, which observers may do. */
export interface Asked {
  userId: number
  isReading: boolean
  /** The levels at which the user has few colleagues. Default: none. */
  fewColleagues?: readonly Level[]
}

/** Records with the same reason to be in a rule. */
interface Part {
  condition: RawBuilder<SqlBool>
  /** The condition for a few records, if it differs. */
  ofFew?: Lookup
  way: Way
}

/** The parts of a level, and the stages for which it is the level. */
interface Group {
  isThere?: RawBuilder<SqlBool>
  parts: readonly Part[]
}

/**
 * Returns a rule in SQL. Departments are joined and stages are one hash table, so the size of the statement depends
 * neither on the number of people nor on the number of stages.
 */
export function ruleToSql(rule: Rule, asked: Asked): RowRule {
  if (rule === 'all') return everyRow
  const all =
    typeof rule === 'string' ? [{ parts: partsOf(rule, asked) }] : [...rule].map((one) => groupAt(...one, asked))
  const groups = all.filter(({ parts }) => parts.length)
  if (!groups.length) return noRow
  const parts = groups.flatMap(partsIn)
  return {
    condition: anyOf(groups.map((group) => within(group, anyOf(group.parts.map(({ condition }) => condition))))),
    ofFew: lookupOf(groups),
    ways: parts.map((_, index) => wayOf(parts, index)),
  }
}

function lookupOf(groups: readonly Group[]): Lookup {
  const conditions = groups.map((group) =>
    within(group, anyOf(group.parts.map(({ ofFew, condition }) => ofFew?.condition ?? condition))),
  )
  const joins = new Set(groups.flatMap(({ parts }) => parts.flatMap(({ ofFew }) => ofFew?.join ?? [])))
  return { join: joins.size ? sql.join([...joins], sql` `) : null, condition: anyOf(conditions) }
}

function anyOf(conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> {
  return sql`(${sql.join(conditions, sql` or `)})`
}

function within({ isThere }: Group, condition: RawBuilder<SqlBool>): RawBuilder<SqlBool> {
  return isThere ? sql`(${isThere} and ${condition})` : condition
}

/** Returns the parts of a group, each limited to its stages. */
function partsIn(group: Group): Part[] {
  return group.parts.map(({ condition, way }) => ({
    condition: within(group, condition),
    way: group.isThere ? { ...way, matches: sql`${way.matches} and ${group.isThere}` } : way,
  }))
}

/** Returns the way of a part, without the records of the parts before it. */
function wayOf(parts: readonly Part[], index: number): Way {
  const { way } = parts[index]!
  const others = parts.slice(0, index).map((part) => sql`not ${part.condition}`)
  return { ...way, matches: sql<SqlBool>`${sql.join([way.matches, ...others], sql` and `)}` }
}

/** Returns the parts of a level. An index has all that decides about the first ones. */
function partsOf(level: Level, { userId, isReading, fewColleagues = [] }: Asked): Part[] {
  const reached = levels.indexOf(level)
  const reaches = (other: Level) => reached >= levels.indexOf(other)
  if (!reaches('own')) return []
  const widest = reaches('subdepartments') ? 'subdepartments' : 'department'
  return [
    reaches('department') ? ofColleagues(userId, widest, fewColleagues.includes(widest)) : own(userId),
    ...(reaches('opened') ? [opened] : []),
    ...(isReading ? [observed(userId)] : []),
  ]
}

function own(userId: number): Part {
  const condition = sql<SqlBool>`record.responsible_id = ${userId}::bigint`
  return { condition, way: { keys: null, matches: condition, sorts: ['id', 'createdAt'] } }
}

/** The levels that reach the records of colleagues. */
type DepartmentLevel = 'department' | 'subdepartments'

/** Selects the ids of the departments of a user (SQL), or of those below as well. */
function departmentsOf(userId: RawBuilder<unknown>, level: DepartmentLevel): RawBuilder<unknown> {
  const mine = sql`from user_department as mine`
  return level === 'department'
    ? sql`select mine.department_id ${mine} where mine.user_id = ${userId}`
    : sql`select below.department_id ${mine} join local.department_above as below on below.above_id = mine.department_id
        where mine.user_id = ${userId}`
}

/** At most this many colleagues are compared with the responsible user of a record one by one. */
const mostCompared = 30

/** Returns whether a user (SQL) has few colleagues at a level. */
export function hasFewColleagues(userId: RawBuilder<unknown>, level: DepartmentLevel): RawBuilder<SqlBool> {
  return sql<SqlBool>`(select count(*) <= ${sql.lit(mostCompared)} from (select from user_department as other
    where other.department_id in (${departmentsOf(userId, level)}) limit ${sql.lit(mostCompared + 1)}) as others)`
}

/** The user counts as a colleague, also without a department. */
function ofColleagues(userId: number, level: DepartmentLevel, areFew: boolean): Part {
  const departments = departmentsOf(sql`${userId}::bigint`, level)
  const colleagues = sql`from user_department as other where other.department_id`
  const keys = sql`select ${userId}::bigint as user_id union select other.user_id ${colleagues} in (${departments})`
  const isTheirs = sql`other.user_id = record.responsible_id`
  const way: Way = { keys, matches: sql`record.responsible_id = keys.user_id`, sorts: ['id', 'createdAt'] }
  if (areFew) return { condition: sql`record.responsible_id = any(array(${keys}))`, way }
  const { condition } = own(userId)
  // Postgres would read all of many colleagues for an `exists`, and remember them. Here it remembers those that it met.
  const colleague = sql.id(`of_${level}`)
  const join = sql`left join lateral (select true as is_there ${colleagues} = any(array(${departments})) and ${isTheirs}
    limit 1) as ${colleague} on true`
  return {
    condition: sql<SqlBool>`(${condition} or exists (select ${colleagues} in (${departments}) and ${isTheirs}))`,
    ofFew: { join, condition: sql<SqlBool>`(${condition} or ${colleague}.is_there)` },
    way,
  }
}

function observed(userId: number): Part {
  const condition = sql<SqlBool>`record.observers @> array[${userId}::bigint]`
  return { condition, way: { keys: null, matches: condition, sorts: [] } }
}

const isOpened = sql<SqlBool>`record.opened`
const opened: Part = { condition: isOpened, way: { keys: null, matches: isOpened, sorts: 'any' } }

/** Returns the conditions on a record that say how it is related to a user. */
export function relationsTo(userId: number) {
  return {
    responsible: own(userId).condition,
    observer: observed(userId).condition,
    department: ofColleagues(userId, 'department', false).condition,
    subdepartments: ofColleagues(userId, 'subdepartments', false).condition,
    opened: isOpened,
  }
}

/** Returns the parts of a level for the records in some stages. */
function groupAt(level: Level, places: readonly Place[], asked: Asked): Group {
  const pipelines = places.map(({ pipelineId }) => pipelineId)
  const stages = places.map(({ stageId }) => stageId)
  const keys = sql`select * from unnest(${pipelines}::bigint[], ${stages}::text[]) as place (pipeline_id, stage_id)`
  const isThere = sql<SqlBool>`(record.pipeline_id, record.stage_id) in (${keys})`
  if (level !== 'all') return { isThere, parts: partsOf(level, asked) }
  const matches = sql<SqlBool>`record.pipeline_id = keys.pipeline_id and record.stage_id = keys.stage_id`
  return { parts: [{ condition: isThere, way: { keys, matches, sorts: ['id'] } }] }
}
