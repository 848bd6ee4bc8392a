import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EntityType } from '../entities/catalogue.ts'
import { valueAmong } from './few-records.ts'
import type { ReportingPeriod } from './period.ts'

type Condition = RawBuilder<SqlBool>

/**
 * The state of a record (`record` in SQL) at the end of a period. A record that was closed before the end still has that
 * closing time. A record that has left no final stage since was open. For the few others the history of stages decides.
 */
export interface State {
  /** Whether it existed. */
  existed: Condition
  isClosed: Condition
  /** Returns whether it was closed in the period, with this meaning of the stage. Null means both. */
  closedIn(semantic: 'success' | 'failure' | null): Condition
  /** Whether it was closed before the period. */
  closedBefore: Condition
  /** The two ways to be won before it: still so, or left since. Each is a search of its own, because Postgres has an index for each. */
  wonBefore: readonly Condition[]
  /** When it was closed. Null if it was open. */
  closingTime: RawBuilder<Date | null>
}

/** Returns SQL of the state of records at the end of a period. */
export function stateAtEnd({ id }: Pick<EntityType, 'id'>, { from, to }: ReportingPeriod): State {
  const [start, end] = [sql`${from}::timestamptz`, sql`${to}::timestamptz`]
  const existed = createdBefore(to)
  const leftSince = sql<SqlBool>`record.final_left_at >= ${end} and (record.closed_at is null or record.closed_at >= ${end})`
  const left = finalStageLeft(id, end)
  // The few records that left a final stage are found at once. A look-up for each of many records takes far longer.
  const hasLeft = (...stay: readonly RawBuilder<unknown>[]) =>
    sql<SqlBool>`(${leftSince} and record.id in (select stay.record_id ${left}${sql.join(stay, none)}))`
  const isWon = sql` and stay.semantic = 'success'`
  const before = sql` and stay.closed_at < ${start}`
  return {
    existed,
    isClosed: sql`(${existed} and (record.closed_at < ${end} or ${hasLeft()})) is true`,
    closedIn(semantic) {
      const [now, then] = semantic
        ? [sql`and record.stage_semantic = ${semantic}`, sql` and stay.semantic = ${semantic}`]
        : [none, none]
      const isNow = sql`record.closed_at >= ${start} and record.closed_at < ${end} ${now}`
      return sql`(${existed} and ((${isNow}) or ${hasLeft(sql` and stay.closed_at >= ${start}`, then)}))`
    },
    closedBefore: sql`(${existed} and (record.closed_at < ${start} or ${hasLeft(before)})) is true`,
    wonBefore: [sql`(record.stage_semantic = 'success' and record.closed_at < ${start})`, hasLeft(isWon, before)],
    closingTime: sql`case when record.closed_at < ${end} then record.closed_at when ${leftSince} then ${valueAmong({ id: sql`stay.record_id`, value: sql`stay.closed_at`, from: left })} end`,
  }
}

const none = sql``

/**
 * Returns the condition that a record was created before an instant. No index is used for it: it would find most records,
 * one by one, where reading the table takes a fraction of the time.
 */
export function createdBefore(instant: string): Condition {
  return sql`(record.created_at < ${instant}::timestamptz) is true`
}

/** Returns SQL of the final stages in which records were at an instant, and that they have left since. */
function finalStageLeft(typeId: number, at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`from stage_history as stay where stay.type_id = ${sql.lit(typeId)} and stay.semantic <> 'process'
    and stay.left_at >= ${at} and stay.entered_at < ${at}`
}
