import { Temporal } from 'temporal-polyfill'
import { say } from '../../errors/code-text.ts'
import type { Labels } from '../../errors/language.ts'
import { selects } from '../../fields/operators.ts'
import type { Filter } from '../../filters/filter.ts'
import { firstDayOf, type ReportingPeriod } from '../../reporting-period/period.ts'
import type { ConditionRow } from './condition-rows.ts'
import type { ReportDefinition } from './definition.ts'

/** The ages of unpaid invoices, in days since they were due. */
const ages: readonly { key: string; from: number; to: number | null; label: Labels }[] = [
  { key: 'days0To30', from: 0, to: 30, label: say('0–30 days overdue', 'Просрочены 0–30 дней') },
  { key: 'days31To60', from: 31, to: 60, label: say('31–60 days overdue', 'Просрочены 31–60 дней') },
  { key: 'days61To90', from: 61, to: 90, label: say('61–90 days overdue', 'Просрочены 61–90 дней') },
  { key: 'over90', from: 91, to: null, label: say('Over 90 days overdue', 'Просрочены более 90 дней') },
]

/** The conditions of invoices in a period. */
function conditionsIn(period: ReportingPeriod) {
  const { from, to, lastDay } = period
  const is = (field: string, op: string, value: unknown): Filter => ({ field, op, value }) as Filter
  const daysAgo = (days: number) => Temporal.PlainDate.from(lastDay).subtract({ days }).toString()
  const isPaidLater = is('paidAt', selects.from, to)
  const hasFailed = { event: 'lost', period: { from: longBefore(period), to } } as never
  const unpaid: Filter[] = [
    is('issueDate', selects.upTo, lastDay),
    { or: [is('paidAt', selects.empty, true), isPaidLater] },
    { not: hasFailed },
  ]
  const isDue = is('dueDate', selects.upTo, lastDay)
  return {
    issued: is('issueDate', selects.between, [firstDayOf(period), lastDay]),
    paid: { and: [is('paidAt', selects.from, from), { not: isPaidLater }] },
    unpaid: { and: unpaid },
    overdue: { and: [...unpaid, isDue] },
    notDue: { and: [...unpaid, { not: isDue }] },
    aged: (start: number, end: number | null): Filter => {
      const due =
        end === null
          ? is('dueDate', selects.upTo, daysAgo(start))
          : is('dueDate', selects.between, [daysAgo(end), daysAgo(start)])
      return { and: [...unpaid, due] }
    },
  }
}

/** Returns an instant before everything that matters at the end of a period, with which a period is not too long. */
function longBefore({ to, timeZone }: ReportingPeriod): string {
  return Temporal.Instant.from(to).toZonedDateTimeISO(timeZone).subtract({ years: 49 }).toInstant().toString()
}

// biome-ignore format: a table is read by rows
function rowsIn(period: ReportingPeriod): ConditionRow[] {
  const { issued, paid, overdue, notDue, aged } = conditionsIn(period)
  return [
    { key: 'issued', label: say('Issued', 'Выставлены'), filter: issued,
      words: say('Date of issue in the period.', 'Дата выставления в периоде.') },
    { key: 'paid', label: say('Paid', 'Оплачены'), filter: paid,
      words: say('Paid in the period.', 'Оплачены в периоде.') },
    { key: 'overdue', label: say('Overdue', 'Просрочены'), filter: overdue,
      words: say('Issued, not paid and not failed by the end of the period, and due by its last day.', 'К концу периода выставлены, не оплачены и не провалены, срок оплаты – не позже последнего дня периода.') },
    { key: 'notDue', label: say('Not due', 'Срок не наступил'), filter: notDue,
      words: say('Issued, not paid and not failed by the end of the period, and due after its last day or without a due date.', 'К концу периода выставлены, не оплачены и не провалены, срок оплаты – после последнего дня периода или не указан.') },
    ...ages.map(({ key, from, to, label }) => ({ key, label, filter: aged(from, to),
      words: say('Overdue invoices by the days since the due date on the last day of the period.', 'Просроченные счета по числу дней после срока оплаты на последний день периода.') })),
  ]
}

/** Which invoices were issued and paid in a period, and which were unpaid at its end. */
export const invoices: ReportDefinition = {
  title: say('Invoices', 'Счета'),
  about:
    'The invoices issued and paid in a period, and those unpaid at its end, by the days since they were due. An invoice can be in several rows.',
  trait: 'payment',
  records(period) {
    const { issued, paid, unpaid } = conditionsIn(period)
    return { or: [issued, paid, unpaid] }
  },
  groups: { state: { label: say('State', 'Состояние'), rows: rowsIn } },
  columns: [
    { key: 'count', label: say('Invoices', 'Счетов'), fn: 'count' },
    { key: 'sum', label: say('Sum', 'Сумма'), fn: 'sum', field: 'amount' },
  ],
  charts: ['bar', 'table'],
  drawn: { bar: { columns: ['sum'] } },
}
