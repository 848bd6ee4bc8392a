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

/** A rule in SQL. */
export interface RowRule {
  /** The condition on a record. Null allows every record. */
  condition: RawBuilder<SqlBool> | null
  /** The same condition for a few records: it reads nothing in advance, such as all members of a department. */
  ofFew?: RawBuilder<SqlBool>
  /** The ways to all records of the rule, each of which is on one of them. Null if the rule allows every record or none. */
  ways: readonly Way[] | null
}

/** Allows every record. */
export const everyRow: RowRule = { condition: null, ways: null }
/** Allows no record. */
export const noRow: RowRule = { condition: sql<SqlBool>`false`, ways: null }

/** Who asks, and whether for reading, which observers may do. */
export interface Asked {
  userId: number
  isReading: boolean
}

/** Records with the same reason to be in a rule. */
interface Part {
  condition: RawBuilder<SqlBool>
  /** The condition for a few records, if it differs. */
  ofFew?: RawBuilder<SqlBool>
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
    ofFew: anyOf(groups.map((group) => within(group, anyOf(group.parts.map((part) => part.ofFew ?? part.condition))))),
    ways: parts.map((_, index) => wayOf(parts, index)),
  }
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
function partsOf(level: Level, { userId, isReading }: Asked): Part[] {
  const reached = levels.indexOf(level)
  const reaches = (other: Level) => reached >= levels.indexOf(other)
  if (!reaches('own')) return []
  return [
    reaches('department') ? ofColleagues(userId, reaches('subdepartments')) : own(userId),
    ...(reaches('opened') ? [opened] : []),
    ...(isReading ? [observed(userId)] : []),
  ]
}

function own(userId: number): Part {
  const condition = sql<SqlBool>`record.responsible_id = ${userId}::bigint`
  return { condition, way: { keys: null, matches: condition, sorts: ['id', 'createdAt'] } }
}

/** The user counts as a colleague, also without a department. */
function ofColleagues(userId: number, below: boolean): Part {
  const departments = below
    ? sql`user_department as mine join local.department_above as below on below.above_id = mine.department_id
        join user_department as other on other.department_id = below.department_id`
    : sql`user_department as mine join user_department as other on other.department_id = mine.department_id`
  const mine = sql`mine.user_id = ${userId}::bigint`
  const keys = sql`select ${userId}::bigint as user_id union select other.user_id from ${departments} where ${mine}`
  const isTheirs = sql`${mine} and other.user_id = record.responsible_id`
  return {
    condition: sql<SqlBool>`(${own(userId).condition} or exists (select from ${departments} where ${isTheirs}))`,
    // Postgres would read all members for an `exists`, and remember them.
    ofFew: sql<SqlBool>`(${own(userId).condition} or (select true from ${departments} where ${isTheirs} limit 1))`,
    way: { keys, matches: sql`record.responsible_id = keys.user_id`, sorts: ['id', 'createdAt'] },
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
    department: ofColleagues(userId, false).condition,
    subdepartments: ofColleagues(userId, true).condition,
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
