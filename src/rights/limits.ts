import type { EntityType } from '../entities/catalogue.ts'
import type { Pipeline } from '../fields/lookups.ts'
import type { Caller } from '../people/caller.ts'
import { allowsOperation, type Scopes } from '../people/scopes.ts'
import type { UserRights } from './caller-rights.ts'
import { type Level, type LevelAt, levelsOf, type Operation, operations, type Place } from './levels.ts'
import { type Asked, type RowRule, type Rule, ruleToSql } from './rule.ts'

/** The limits of a grant. */
export interface Limits {
  /** The rule of an operation, or whether it is allowed at all. Default: allowed for all records. */
  rows?: Partial<Record<Operation, RowRule | boolean>>
  /** Fields that the caller does not see. */
  hidden?: readonly string[]
}

/** What decides the limits besides the caller and the type. */
export interface Decisive {
  rights: UserRights
  /** The pipelines of the type. Absent for types without stages. */
  pipelines: readonly Pipeline[] | undefined
}

/** Returns the limits of a caller's grant for a type, or null if the type is closed to the caller. */
export type LimitsOf = (caller: Caller, type: EntityType, decisive: Decisive) => Limits | null

/** Returns the limits that the roles of the caller set. Administrators have none. */
export const limitsOf: LimitsOf = (caller, type, { rights, pipelines }) => {
  if (caller.isAdmin) return {}
  const hidden = type.fields.flatMap(({ path, userFieldId }) =>
    userFieldId !== null && rights.hiddenFields.has(userFieldId) ? [path] : [],
  )
  if (rights.settings) return { hidden }
  const rules = rulesOf(levelsOf(rights.cells.get(type.id) ?? []), pipelines)
  if (operations.every((operation) => rules[operation] === 'none')) return null
  const { fewColleagues } = rights
  const rows = Object.fromEntries(
    operations.map((operation) => [
      operation,
      toRows(rules[operation], {
        userId: caller.userId,
        isReading: operation === 'read' && type.traits.has('observers'),
        fewColleagues,
      }),
    ]),
  )
  return { rows, hidden }
}

function toRows(rule: Rule, asked: Asked): RowRule | boolean {
  if (rule === 'none' || rule === 'all') return rule === 'all'
  return ruleToSql(rule, asked)
}

/** Returns the rules of all operations on the records of a type. */
export function rulesOf(levelAt: LevelAt, pipelines: readonly Pipeline[] | undefined): Record<Operation, Rule> {
  const places = pipelines?.flatMap(({ id, stages }) => stages.map((stage) => ({ pipelineId: id, stageId: stage.id })))
  const ruleOf = (operation: Operation): Rule => {
    if (!places?.length) return levelAt(operation, null)
    const byLevel: Map<Level, Place[]> = Map.groupBy(places, (place) => levelAt(operation, place))
    const [only] = byLevel.keys()
    return byLevel.size === 1 ? only! : byLevel
  }
  return Object.fromEntries(operations.map((operation) => [operation, ruleOf(operation)])) as Record<Operation, Rule>
}

/** Returns the limits with what the scopes of a key leave of them. Null if they leave nothing. */
export function withinScopes(limits: Limits, scopes: Scopes, typeCode: string): Limits | null {
  if (!scopes) return limits
  const left = operations.filter((operation) => allowsOperation(scopes, typeCode, operation))
  if (!left.length) return null
  const refused = operations.filter((operation) => !left.includes(operation)).map((one) => [one, false] as const)
  return { ...limits, rows: { ...limits.rows, ...Object.fromEntries(refused) } }
}
