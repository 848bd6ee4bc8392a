import { Big } from 'big.js'
import { convertAmounts } from '../../currencies/convert.ts'
import { say } from '../../errors/code-text.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import { readFirstPlans } from '../../sales-plans/find-sales-plans.ts'
import type { SalesPlan } from '../../sales-plans/schemas.ts'
import { filtersOf, namesOf, planScopes, type Scope } from '../plans/plan-scopes.ts'
import { monthsIn, type PlannedMonths, periodOfMonth } from '../plans/planned-months.ts'
import { buckets } from '../query/buckets.ts'
import { eachCurrency } from '../query/schemas.ts'
import { happened } from '../stages/happened.ts'
import type { Cell, Cells, CellValue, ReportColumn, ReportRow, ReportTable } from '../table.ts'
import { columnsOf } from './calculate-columns.ts'
import type { ConditionRow } from './condition-rows.ts'
import type { Calculate, MeasureColumn, Report, ReportAsking } from './definition.ts'
import { columnOf, visibleColumns } from './present.ts'
import { type Asked, readAsking } from './read-asking.ts'

const title = say('Sales plan', 'План продаж')
const month = say('Month', 'Месяц')
/** The most rows, if the request does not say. */
const defaultRows = 100

const trait = 'sale'

/** The sales plans of months, and what was sold. */
export const salesPlan: Report = {
  title,
  about:
    'The sales plans of the months of a period that the caller may read, and the deals won in each of these months. Plans are converted by the rate of the last day of the month. The other parameters choose the deals. Numbers of a department that the caller does not know are empty.',
  trait,
  groupNames: Object.keys(planScopes),
  drawn: { bar: { columns: ['fact'], target: 'plan', note: 'percent' } },
  isCompared: false,
  resolve,
}

// biome-ignore format: a table is read by rows
const measures: readonly MeasureColumn[] = [
  { key: 'fact', label: say('Fact', 'Факт'), fn: 'sum', field: 'amount', words: say('Won in the month.', 'Выиграно за месяц.') },
  { key: 'count', label: say('Deals', 'Сделок'), fn: 'count', words: say('Won in the month.', 'Выиграно за месяц.') },
]

// biome-ignore format: a table is read by rows
const ofPlans = {
  plan: { kind: 'money', label: say('Plan', 'План'), words: say('The planned amount.', 'Запланированная сумма.') },
  percent: { kind: 'percent', label: say('Fulfilled', 'Выполнение'), words: say('The fact in per cent of the plan.', 'Факт в процентах от плана.') },
  gap: { kind: 'money', label: say('Gap', 'Остаток'), words: say('The plan without the fact. Negative if more was sold than planned.', 'План за вычетом факта. Отрицательный, если продано больше плана.') },
  plannedCount: { kind: 'number', label: say('Planned deals', 'Сделок по плану'), words: say('The planned number of deals.', 'Запланированное число сделок.') },
} as const

/** The columns in their order. */
const order = ['plan', 'fact', 'percent', 'gap', 'plannedCount', 'count'] as const

async function resolve(asking: ReportAsking): Promise<Calculate> {
  const asked = await readAsking(asking, trait)
  const months = monthsIn(asked.periods.period, { inBody: asking.inBody, faults: asked.faults })
  const won = wonIn(months.period, [], asking, asked)
  return async () => await compare(await won(), months, asking, asked)
}

/** Compares what was won with the plans of months. */
async function compare(
  whole: ReportTable,
  { period, first, last }: PlannedMonths,
  asking: ReportAsking,
  asked: Asked,
): Promise<ReportTable> {
  const { db, access, request } = asking
  const { limit = defaultRows, groupBy = 'company' } = request
  const scope = groupBy as Scope
  const filter = { type: asked.type, fromMonth: first, toMonth: last, scope }
  const found = await readFirstPlans(db, access, { filter, limit: limit + 1 })
  const plans = found.slice(0, limit)
  return {
    ...whole,
    ...{ report: 'sales-plan', title: title[access.language], period },
    columns: shownColumns(whole, scope, asking),
    rows: await rowsOf(plans, whole, { scope, asking, asked }),
    totals: { cells: inOrder(whole.totals.cells, {}) },
    charts: ['bar', 'table'],
    truncated: found.length > limit,
  }
}

/** Returns what calculates what was won in a period, in all and by rows. */
function wonIn(period: ReportingPeriod, rows: readonly ConditionRow[], asking: ReportAsking, asked: Asked): Calculate {
  const about = { ...asked, periods: { period, compared: null } }
  return columnsOf(asking, about, {
    columns: visibleColumns(measures, asking.access.grant(asked.type)),
    conditions: () => [{ pointer: '/period', filter: happened('won') }],
    grouping: rows.length ? { rows: () => rows } : null,
  })
}

function shownColumns(table: ReportTable, scope: Scope, { access: { language } }: ReportAsking): ReportColumn[] {
  const { key, label } = planScopes[scope]
  const known = new Map(measures.map((one) => [one.key, one]))
  const groups: ReportColumn[] = [
    { key: 'month', kind: 'group', label: month[language] },
    ...(key ? [{ key, kind: 'group', label: label[language] } as const] : []),
  ]
  return groups.concat(
    order.flatMap((name): ReportColumn[] => {
      const measure = known.get(name)
      if (measure) return table.columns.some((one) => one.key === name) ? [columnOf(measure, table, language)] : []
      const { kind, label, words } = ofPlans[name as keyof typeof ofPlans]
      return [{ key: name, kind, label: label[language], definition: words[language] }]
    }),
  )
}

interface PlanRows {
  scope: Scope
  asking: ReportAsking
  asked: Asked
}

async function rowsOf(
  plans: readonly SalesPlan[],
  { currency }: ReportTable,
  { scope, asking, asked }: PlanRows,
): Promise<ReportRow[]> {
  const { access } = asking
  const { timeZone } = asked.periods.period
  const [filters, names] = [await filtersOf(asking, plans), await namesOf(asking, access.grant(asked.type), plans)]
  const planned = await plannedAmounts(plans, currency, asking, timeZone)
  const won = new Map<number, Cells>()
  for (const [month, ofMonth] of Map.groupBy(plans, (plan) => plan.month)) {
    const known = ofMonth.filter(({ id }) => filters.get(id))
    const rows = known.map(({ id }) => ({ key: String(id), label: title, words: title, filter: filters.get(id)! }))
    const table = await wonIn(periodOfMonth(month, timeZone), rows, asking, asked)()
    for (const [index, { cells }] of table.rows.entries()) won.set(known[index]!.id, cells)
  }
  return plans.map((plan): ReportRow => {
    const { key } = planScopes[scope]
    const inWords = buckets.month.words(`${plan.month}-01`, access.language, timeZone)
    const labels = { month: inWords, ...(key && { [key]: names.get(plan.id)! }) }
    return {
      key: { month: plan.month, ...(key && { [key]: plan[key] }) },
      ...{ labels, label: Object.values(labels).join(' · ') },
      cells: inOrder(won.get(plan.id) ?? {}, ofPlan(plan, planned.get(plan.id)!, won.get(plan.id)?.fact)),
    }
  })
}

/** Returns the amounts of plans in the currency of the report, by their ids. By currency each keeps its own. */
async function plannedAmounts(
  plans: readonly SalesPlan[],
  currency: string | null,
  { db, access, request }: ReportAsking,
  timeZone: string,
): Promise<Map<number, CellValue>> {
  const { lookups } = access.catalogue
  const own = request.currency === eachCurrency
  const target = currency ?? lookups.settings.reportCurrency ?? lookups.settings.baseCurrency
  const asked = plans.map(({ amount, currency: from, month }) => {
    return { amount, from, to: own ? from : target, date: periodOfMonth(month, timeZone).lastDay }
  })
  const converted = asked.length ? await convertAmounts(db, lookups, asked) : []
  return new Map(
    plans.map(({ id }, index) => {
      const { amount, currency } = converted[index]!
      const money = { amount, currency }
      return [id, own ? [money] : money]
    }),
  )
}

/** Returns the cells of a plan. By currency, plan and fact can only be compared if the fact is in the one of the plan. */
function ofPlan({ count }: SalesPlan, plan: CellValue, fact: Cell | undefined): Cells {
  const [planned, sold] = [plan, fact?.value ?? null].map(oneAmount)
  const comparable = planned && sold && planned.currency === sold.currency
  const gap = comparable && {
    amount: new Big(planned.amount).minus(sold.amount).toFixed(digitsOf(planned)),
    currency: planned.currency,
  }
  const isNothing = !comparable || new Big(planned.amount).eq(0)
  return {
    plan: { value: plan },
    percent: {
      value: isNothing ? null : new Big(sold.amount).times(100).div(planned.amount).toFixed(1, Big.roundHalfUp),
    },
    gap: { value: gap ? (Array.isArray(plan) ? [gap] : gap) : null },
    plannedCount: { value: count === null ? null : String(count) },
  }
}

function digitsOf({ amount }: { amount: string }): number {
  return amount.split('.')[1]?.length ?? 0
}

function oneAmount(value: CellValue) {
  const one = Array.isArray(value) ? (value.length === 1 ? value[0]! : null) : value
  return one !== null && typeof one === 'object' ? one : null
}

function inOrder(won: Cells, ofPlan: Cells): Cells {
  return Object.fromEntries(order.map((key) => [key, won[key] ?? ofPlan[key] ?? { value: null }]))
}
