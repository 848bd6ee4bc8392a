import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EntityType } from '../entities/catalogue.ts'
import type { Trait } from '../entities/types.ts'
import { say } from '../errors/code-text.ts'
import type { Labels } from '../errors/language.ts'
import type { Grant } from '../rights/grant.ts'
import { clientFields, clientIn } from './clients.ts'
import { changedIn, invoicedIn, isIn, movedIn } from './happened.ts'
import type { ReportingPeriod } from './period.ts'
import { advancedIn, enteredIn, lostFrom, type NamedStage, reachedBy } from './stages.ts'
import { createdBefore, type State, stateAtEnd } from './state.ts'

type Condition = RawBuilder<SqlBool>

/** What an event is: its definition, what it needs, and the condition on a record (`record` in SQL). */
export type EventDefinition = {
  /** The definition in words. Reports show it with their numbers. */
  words: Labels
  /** The traits of the types to whose records it can happen. */
  needs: readonly Trait[]
  /** The fields without which a caller does not know of it. */
  reads: readonly string[]
  /** The event that must not have happened as well. */
  unless?: string
} & (
  | { sql(grant: Grant, period: ReportingPeriod): Condition }
  /** Of a stage. Without a period it means until now, if that is possible. */
  | { inStage(type: EntityType, stage: NamedStage, period: ReportingPeriod): Condition }
  | { untilNow(type: EntityType, stage: NamedStage, period: ReportingPeriod | null): Condition }
)

const staged = { needs: ['stages'], reads: ['createdAt', 'movedAt', 'closedAt', 'stageSemantic'] } as const
const ofStage = { needs: ['stages'], reads: ['createdAt', 'movedAt', 'pipelineId', 'stageId'] } as const
const ofClient = { needs: ['stages', 'client'], reads: [...staged.reads, ...clientFields] } as const

/** Returns the SQL of an event that the state at the end of the period decides. */
const byState = (condition: (state: State) => Condition) => (grant: Grant, period: ReportingPeriod) =>
  condition(stateAtEnd(grant.type, period))

/** The events by name. What they mean is stated here only: lists, reports and their numbers use these conditions. */
// biome-ignore format: a table is read by rows
export const events = {
  created: { needs: [], reads: ['createdAt'],
    words: say('Created in the period.', 'Созданы в периоде.'),
    sql: (_, period) => sql`(${isIn(period, sql`record.created_at`)})` },
  changed: { needs: [], reads: ['updatedAt'],
    words: say('A field was changed in the period.', 'В периоде изменено хотя бы одно поле.'),
    sql: (grant, period) => changedIn(grant, period) },
  inReport: { ...staged,
    words: say('Created, changed or closed in the period, or created before its end and still open then.',
      'Созданы, изменены или завершены в периоде либо созданы до его конца и к концу не завершены.'),
    sql: inReport },
  inWork: { ...staged,
    words: say('Created before the end of the period and open at its end.', 'Созданы до конца периода и к концу не завершены.'),
    sql: byState(({ existed, isClosed }) => sql`(${existed} and not ${isClosed})`) },
  closed: { ...staged,
    words: say('Closed in the period and still closed at its end.', 'Завершены в периоде и к концу остаются завершёнными.'),
    sql: byState(({ closedIn }) => closedIn(null)) },
  won: { ...staged,
    words: say('Closed with success in the period, also at its end.', 'Успешно завершены в периоде и к концу остаются успешными.'),
    sql: byState(({ closedIn }) => closedIn('success')) },
  lost: { ...staged,
    words: say('Closed with failure in the period, also at its end.', 'Провалены в периоде и к концу остаются проваленными.'),
    sql: byState(({ closedIn }) => closedIn('failure')) },
  closedBefore: { ...staged,
    words: say('Closed before the period, but created or changed in it.', 'Завершены до начала периода, но созданы или изменены в нём.'),
    sql: (grant, period) => sql`(${byState(({ closedBefore }) => closedBefore)(grant, period)} and ${inReport(grant, period)})` },
  forgotten: { ...staged,
    words: say('In the report without activity in the period: not created, not moved, not edited by people, no invoice issued.',
      'Попали в отчёт, но работы в периоде не было: не созданы, не перемещены, не изменены людьми, счета не выставлены.'),
    sql: forgotten },
  newClient: { ...ofClient,
    words: say('Won in the period, from a client that had won nothing before it.', 'Выиграны в периоде у клиента, у которого раньше не было выигранных.'),
    sql: (grant, period) => wonFrom(grant, period, ({ isKnown }) => isKnown), unless: 'returningClient' },
  returningClient: { ...ofClient,
    words: say('Won in the period, from a client with an earlier one that was won before the period.', 'Выиграны в периоде у клиента, у которого уже есть выигранные до начала периода.'),
    sql: (grant, period) => wonFrom(grant, period, ({ isKnown, isReturning }) => sql`${isKnown} and ${isReturning}`) },
  moved: { ...ofStage,
    words: say('Moved to another stage in the period.', 'Перемещены по стадиям в периоде.'),
    sql: ({ type }, period) => movedIn(type, period) },
  entered: { ...ofStage,
    words: say('Entered the stage in the period.', 'Вошли в стадию в периоде.'),
    inStage: enteredIn },
  advanced: { ...ofStage,
    words: say('Entered the stage or a later one in the period. Stages of failure do not count.', 'Вошли в стадию или в более позднюю в периоде. Стадии провала не учитываются.'),
    inStage: advancedIn },
  reached: { ...ofStage,
    words: say('Ever entered the stage or a later one by the end of the period. Stages of failure do not count.', 'К концу периода хотя бы раз вошли в стадию или в более позднюю. Стадии провала не учитываются.'),
    untilNow: reachedBy },
  lostFrom: { needs: ['stages'], reads: [...staged.reads, 'pipelineId', 'stageId'],
    words: say('Lost in the period, also at its end, and the last process stage before was this one.', 'Провалены в периоде и к концу остаются проваленными, а последней рабочей стадией была эта.'),
    untilNow: lostFrom },
} as const satisfies Record<string, EventDefinition>

/** The name of an event. */
export type EventName = keyof typeof events

/** The names of all events. */
export const eventNames = Object.keys(events) as EventName[]

/** Returns the event with this name. */
export function eventNamed(name: string): EventDefinition | undefined {
  return Object.hasOwn(events, name) ? events[name as EventName] : undefined
}

function inReport(grant: Grant, period: ReportingPeriod): Condition {
  const { existed, closedBefore } = stateAtEnd(grant.type, period)
  // A new activity of a record that was closed before joins here.
  const isWorkedOn = changedIn(grant, period, { ofFew: true })
  // Others were closed before and not changed since. There are indexes for this part.
  const start = sql`${period.from}::timestamptz`
  const canBeIn = sql`(record.closed_at is null or record.closed_at >= ${start} or record.updated_at >= ${start}
    or record.created_at >= ${start})`
  return sql`(${existed} and ${canBeIn} and (record.created_at >= ${start} or not ${closedBefore} or ${isWorkedOn}))`
}

function forgotten(grant: Grant, period: ReportingPeriod): Condition {
  // Comments and activities join here. `is true` keeps the order of the conditions: the cheap ones come first.
  const activity = [
    movedIn(grant.type, period, { ofFew: true }),
    changedIn(grant, period, { byPeople: true, ofFew: true }),
    invoicedIn(grant, period),
  ]
  return sql`(${createdBefore(period.from)} and ${inReport(grant, period)}
    and not (${sql.join(activity, sql` or `)})) is true`
}

function wonFrom(
  grant: Grant,
  period: ReportingPeriod,
  which: (client: ReturnType<typeof clientIn>) => Condition,
): Condition {
  const client = clientIn(grant, period)
  const won = stateAtEnd(grant.type, period).closedIn('success')
  // Only the clients of won records are looked up.
  return sql`(${won} and case when ${won} then ${which(client)} end)`
}
