import { Temporal } from 'temporal-polyfill'
import type { Fault } from '../../errors/problem.ts'
import { firstDayOf, periodOfDays, type ReportingPeriod } from '../../reporting-period/period.ts'

/** The longest time of a report on sales plans, in years. */
const mostYears = 3

/** The whole months of a period. */
export interface PlannedMonths {
  /** From the beginning of the first month to the end of the last one. */
  period: ReportingPeriod
  /** The first and the last month, such as `2026-11`. */
  first: string
  last: string
}

/** Returns the months that a period touches. Adds a fault if the period is too long. */
export function monthsIn(
  period: ReportingPeriod,
  { inBody, faults }: { inBody: boolean; faults: Fault[] },
): PlannedMonths {
  const [from, last] = [firstDayOf(period), period.lastDay].map((day) => Temporal.PlainDate.from(day).with({ day: 1 }))
  const to = last!.add({ months: 1 })
  if (Temporal.PlainDate.compare(from!.add({ years: mostYears }), to) < 0) {
    const at = inBody ? { pointer: '/to' } : { parameter: 'to' }
    faults.push({ ...at, code: 'period_too_long', params: { limit: mostYears } })
  }
  const name = (day: Temporal.PlainDate) => day.toString().slice(0, 7)
  return { period: periodOfDays({ from: from!, to }, period.timeZone), first: name(from!), last: name(last!) }
}

/** Returns the period of a month such as `2026-11`. */
export function periodOfMonth(month: string, timeZone: string): ReportingPeriod {
  const from = Temporal.PlainDate.from(`${month}-01`)
  return periodOfDays({ from, to: from.add({ months: 1 }) }, timeZone)
}
