import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EntityType } from '../entities/catalogue.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { recordsFor } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import { firstDayOf, type ReportingPeriod } from './period.ts'

type Condition = RawBuilder<SqlBool>

/** Returns the condition that an instant (SQL) is in the period. */
export function isIn({ from, to }: ReportingPeriod, instant: RawBuilder<unknown>): Condition {
  return sql`${instant} >= ${from}::timestamptz and ${instant} < ${to}::timestamptz`
}

/**
 * Returns the condition that the history of a record has a change in the period of a field that the caller sees. With
 * `byPeople`, only edits by people count: no imports, bulk actions or merges. With `ofFew`, the history of each record is
 * read through an index. Postgres might read all changes of the period instead, which pays only for most records.
 */
export function changedIn(
  { type, readable }: Grant,
  period: ReportingPeriod,
  { byPeople = false, ofFew = false } = {},
): Condition {
  const keys = [...readable.values()].map(({ key }) => key)
  const counts = byPeople ? sql`h.kind = 'changed' and h.via = 'api'` : sql`h.kind in ('changed', 'merged')`
  return sql`(record.updated_at >= ${period.from}::timestamptz and ${exists(
    sql`select from history as h where h.type_id = ${sql.lit(type.id)} and h.record_id = record.id
      and ${isIn(period, sql`h.at`)} and ${counts} and h.changes ?| ${keys}::text[]`,
    ofFew,
  )})`
}

/** Returns the condition that a record moved to another stage in the period. `ofFew` is as for changes. */
export function movedIn({ id, isSmart }: EntityType, period: ReportingPeriod, { ofFew = false } = {}): Condition {
  // A smart process can get its stages after its records were created. The first stage is then no move.
  const lastMove = isSmart
    ? sql`false`
    : sql`(record.moved_at > record.created_at and ${isIn(period, sql`record.moved_at`)})`
  return sql`(record.moved_at >= ${period.from}::timestamptz and (${lastMove} or ${exists(
    sql`select from stage_history as h where h.type_id = ${sql.lit(id)} and h.record_id = record.id
      and ${isIn(period, sql`h.entered_at`)} and h.kind <> 'created'`,
    ofFew,
  )}))`
}

/** Returns the condition that an invoice that the caller may read was issued for the record on a day of the period. */
export function invoicedIn(grant: Grant, period: ReportingPeriod): Condition {
  const days = sql<SqlBool>`record.issue_date between ${firstDayOf(period)}::date and ${period.lastDay}::date`
  const conditions = invoiceLinks(grant).map(({ invoices, column }) => {
    const issued = recordsFor(invoices, 'read')
      .and(days)
      .select(sql`${sql.ref(`record.${column}`)} as linked_id`)
    return sql<SqlBool>`exists (select from (${issued}) as invoice where invoice.linked_id = record.id)`
  })
  return conditions.length ? sql`(${sql.join(conditions, sql` or `)})` : sql`false`
}

/** Returns the columns of invoices that link to records of the grant's type, as far as the caller sees them. */
function invoiceLinks({ type, catalogue, of }: Grant) {
  const invoiced = [...catalogue.types.values()].filter(({ traits }) => traits.has('payment'))
  return invoiced.flatMap(({ code }) => {
    const invoices = of(code)
    if (!invoices.readable.has('issueDate')) return []
    const links = [...invoices.readable.values()].filter((field) => {
      const { pointsTo, rows } = kindOf(field)
      return pointsTo === 'record' && rows === null && field.settings.type === type.code
    })
    return links.map(({ column }) => ({ invoices, column }))
  })
}

/** Returns the condition that there are such rows. With `ofFew`, it is a value: computed for one record after the other. */
export function exists(rows: RawBuilder<unknown>, ofFew: boolean): Condition {
  return ofFew ? sql`(select exists (${rows}))` : sql`exists (${rows})`
}
