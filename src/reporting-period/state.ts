import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EntityType } from '../entities/catalogue.ts'
import type { ReportingPeriod } from './period.ts'

type Condition = RawBuilder<SqlBool>

/**
 * The state of a record (`record` in SQL) at the end of a period. A record that was closed before the end still has that
 * closing time, and a record that did not move afterwards is as it was. Only for the others the history of stages decides:
 * a record that was closed at the end has left that stage since.
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
  /** The meaning of its stage. */
  semantic: RawBuilder<string>
}

/** Returns SQL of the state of records at the end of a period. */
export function stateAtEnd({ id }: Pick<EntityType, 'id'>, { from, to }: ReportingPeriod): State {
  const [start, end] = [sql`${from}::timestamptz`, sql`${to}::timestamptz`]
  const existed = createdBefore(to)
  const movedSince = sql<SqlBool>`record.moved_at >= ${end} and (record.closed_at is null or record.closed_at >= ${end})`
  const left = finalStageLeft(id, end)
  const ofRecord = sql<SqlBool>`stay.record_id = record.id`
  const began = beginning(id)
  const leftSince = (also: Condition) =>
    sql<SqlBool>`(${movedSince} and exists (select ${left} and ${ofRecord} and ${also}))`
  const within = sql<SqlBool>`record.closed_at >= ${start} and record.closed_at < ${end}`
  const always = sql<SqlBool>`true`
  return {
    existed,
    isClosed: sql`(${existed} and (record.closed_at < ${end} or ${leftSince(always)})) is true`,
    closedIn(semantic) {
      const [now, then] = semantic
        ? [sql`and record.stage_semantic = ${semantic}`, sql`and stay.semantic = ${semantic}`]
        : [sql``, sql``]
      const since = sql<SqlBool>`stay.entered_at >= ${start} and ${began} >= ${start} ${then}`
      return sql`(${existed} and ((${within} ${now}) or ${leftSince(since)}))`
    },
    closedBefore: sql`(${existed} and (record.closed_at < ${start} or ${leftSince(sql`${began} < ${start}`)})) is true`,
    wonBefore: [
      sql`(record.stage_semantic = 'success' and record.closed_at < ${start})`,
      sql`(${movedSince} and record.id in (
        select stay.record_id ${left} and stay.semantic = 'success' and ${began} < ${start}))`,
    ],
    closingTime: sql`case when record.closed_at < ${end} then record.closed_at
      when ${movedSince} then (select ${began} ${left} and ${ofRecord} ${latest}) end`,
    semantic: sql`case when record.closed_at < ${end} then record.stage_semantic
      when ${movedSince} then coalesce((select stay.semantic ${left} and ${ofRecord} ${latest}), 'process') else 'process' end`,
  }
}

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

const latest = sql`order by stay.entered_at desc, stay.id desc limit 1`

/** Returns SQL of the time at which a record entered the first of the stages with the same meaning up to this one (`stay`). */
export function beginning(typeId: number): RawBuilder<Date> {
  const ofSame = (other: string) =>
    sql`${sql.ref(`${other}.type_id`)} = ${sql.lit(typeId)} and ${sql.ref(`${other}.record_id`)} = stay.record_id`
  const placeOf = (one: string) => sql`(${sql.ref(`${one}.entered_at`)}, ${sql.ref(`${one}.id`)})`
  return sql`(select min(run.entered_at) from stage_history as run where ${ofSame('run')} and run.semantic = stay.semantic
    and ${placeOf('run')} <= ${placeOf('stay')} and not exists (
      select from stage_history as break where ${ofSame('break')} and break.semantic <> stay.semantic
        and ${placeOf('break')} > ${placeOf('run')} and ${placeOf('break')} < ${placeOf('stay')}))`
}
