import { Temporal } from 'temporal-polyfill'
import type { Language } from '../../errors/language.ts'
import type { Fault } from '../../errors/problem.ts'
import { isTimeZone } from '../../http/time-zone.ts'
import type { Recurrence } from '../../jobs/recurrence.ts'
import type { Access } from '../../rights/access.ts'
import type { Form } from '../forms/choose-form.ts'

/** How often a report is calculated. */
export const frequencies = ['day', 'week', 'month'] as const

/** When a report is calculated, and in which form its file is. */
export interface Schedule {
  every: (typeof frequencies)[number]
  /** From 1 for Monday to 7. Null unless every week. */
  weekday: number | null
  /** The day of the month. Null unless every month. */
  day: number | null
  hour: number
  timeZone: string
  form: Form
  language: Language
}

/** A schedule in a request. */
export type ScheduleInput = Pick<Schedule, 'every' | 'hour' | 'form'> & {
  [Name in 'weekday' | 'day' | 'timeZone' | 'language']?: Schedule[Name] | null
}

/** Returns the faults of a schedule that its schema does not find. */
export function scheduleFaults({ schedule }: { schedule?: ScheduleInput | null }): Fault[] {
  const timeZone = schedule?.timeZone ?? null
  return timeZone === null || isTimeZone(timeZone) ? [] : [{ pointer: '/schedule/timeZone', code: 'invalid_time_zone' }]
}

/** Returns a schedule with the time zone and the language of the caller, if it has none of its own. */
export function scheduleOf(access: Access, { weekday, day, timeZone, language, ...given }: ScheduleInput): Schedule {
  return {
    ...given,
    ...{ weekday: weekday ?? null, day: day ?? null },
    timeZone: timeZone ?? access.context().timeZone,
    language: language ?? access.language,
  }
}

/** Returns the times of a schedule. On the 31st means the last day of shorter months. */
export function recurrenceOf({ every, weekday, day, hour, timeZone }: Omit<Schedule, 'form' | 'language'>): Recurrence {
  const time = `${String(hour).padStart(2, '0')}:00`
  // The first day of that year with 31 days in its first month. Its third day was a Monday.
  const january = (date: number) => Temporal.PlainDate.from({ year: 2000, month: 1, day: date })
  if (every === 'month') return { unit: 'months', count: 1, from: january(day ?? 1), time, timeZone }
  const from = january(2 + (weekday ?? 1))
  return { unit: 'days', count: every === 'week' ? 7 : 1, from, time, timeZone }
}
