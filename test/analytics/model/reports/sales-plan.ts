import { dateAt, later, startOf } from '../calendar.ts'
import { digitsOf } from '../choices.ts'
import { isMember, knownDepartments } from '../departments.ts'
import { events } from '../events.ts'
import type { Life } from '../life.ts'
import { converted, exact, rounded } from '../money.ts'
import { lastDay, type Period } from '../period.ts'
import { mayReadPlan, type Plan, scopes } from '../plans.ts'
import type { Cell, Row, Table } from '../table.ts'
import { type Asked, chosen, count, percent, sum } from './measures.ts'

interface Money {
  amount: string
  currency: string
}

/** The sales plans of the months that a period touches, and the deals that were won in each of these months. */
export function salesPlan(asked: Asked): Table {
  const { view, groupBy = 'company', plans, limit, conversion } = asked
  const { period, ground, reader } = view
  const [first, last] = [dateAt(period.from, period.zone), lastDay(period)].map((date) => date.slice(0, 7))
  const scope = scopes[groupBy as keyof typeof scopes]
  const isInScope = (plan: Plan) =>
    scope ? plan[scope] !== null : Object.values(scopes).every((one) => !one || plan[one] === null)
  const found = plans
    .filter(
      (plan) => isInScope(plan) && first! <= plan.month && plan.month <= last! && mayReadPlan(ground, reader, plan),
    )
    .sort((a, b) => (a.month === b.month ? a.id - b.id : a.month < b.month ? -1 : 1))
  const read = found.slice(0, limit)
  const whole = monthsOf(first!, last!, period.zone)
  const totals = { ...ofPlan, ...wonIn(whole, () => true, asked) }
  const rows: Row[] = []
  // The server names the rates that the totals lack, else those of the plans, else those of the first month.
  const isLacking = () => !!conversion?.missing.size
  const amounts = isLacking() ? [] : read.map((plan) => planned(plan, asked))
  for (const [month, ofMonth] of Map.groupBy(read, (plan) => plan.month)) {
    if (isLacking()) break
    for (const plan of ofMonth) {
      const won = isKnown(plan, asked)
        ? wonIn(monthsOf(month, month, period.zone), (life) => isFor(plan, life, asked), asked)
        : { fact: none, count: none }
      const key = { month, ...(scope && { [scope]: plan[scope] }) }
      rows.push({ key, cells: { ...won, ...compared(amounts[read.indexOf(plan)]!, plan, won.fact) } })
    }
  }
  return { rows, totals, isOrdered: true, truncated: found.length > limit }
}

const none: Cell = { value: null }
const ofPlan = { plan: none, percent: none, gap: none, plannedCount: none }

function monthsOf(first: string, last: string, zone: string): Period {
  return { from: startOf(`${first}-01`, zone), to: startOf(later(`${last}-01`, { months: 1 }), zone), zone }
}

function wonIn(period: Period, isCounted: (life: Life) => boolean, asked: Asked) {
  const inPeriod = { ...asked, view: { ...asked.view, period } }
  const won = chosen(inPeriod, 'deal').filter((life) => events.won!(life, inPeriod.view, {}) && isCounted(life))
  return { fact: sum(won, inPeriod), count: count(won) }
}

/** Returns whether the reader knows whom a plan is for. */
function isKnown({ departmentId }: Plan, { view: { ground, reader } }: Asked): boolean {
  return departmentId === null || knownDepartments(ground, reader).includes(departmentId)
}

function isFor({ pipelineId, departmentId, userId }: Plan, { values }: Life, { view: { ground } }: Asked): boolean {
  if (pipelineId !== null) return values.pipelineId === pipelineId
  if (departmentId !== null) return isMember(ground, values.responsibleId, departmentId)
  return userId === null || values.responsibleId === userId
}

/** Returns the planned amount in the currency of the report by the rate of the last day of the month. */
function planned({ amount, currency, month }: Plan, { conversion, view: { period } }: Asked): Money {
  if (!conversion) return { amount: rounded(exact(amount), digitsOf(currency)), currency }
  const day = lastDay(monthsOf(month, month, period.zone))
  const value = converted([{ amount, currency, day }], conversion)
  return { amount: rounded(value, digitsOf(conversion.currency)), currency: conversion.currency }
}

/** By currency, a plan is compared only if all sales were in its currency. */
function compared(plan: Money, { count: plannedCount }: Plan, { value }: Cell): Row['cells'] {
  const byCurrency = Array.isArray(value)
  const fact = (byCurrency ? (value.length === 1 ? value[0] : null) : value) as Money | null
  const isComparable = fact?.currency === plan.currency
  const gap = isComparable && {
    amount: rounded(exact(plan.amount).minus(fact.amount), digitsOf(plan.currency)),
    currency: plan.currency,
  }
  return {
    plan: { value: byCurrency ? [plan] : plan },
    percent: isComparable ? percent(exact(fact.amount), exact(plan.amount)) : none,
    gap: { value: gap ? (byCurrency ? [gap] : gap) : null },
    plannedCount: { value: plannedCount === null ? null : `${plannedCount}` },
  }
}
