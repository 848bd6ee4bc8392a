import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Field } from '../fields/field.ts'
import { linkRows, primaryId } from '../fields/kinds/link-kinds.ts'
import { liveId } from '../fields/kinds/record-kind.ts'
import { recordsFor } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import type { ReportingPeriod } from './period.ts'
import { stateAtEnd } from './state.ts'

type Condition = RawBuilder<SqlBool>

/** The fields that say who the client is. */
export const clientFields = ['companyId', 'contacts'] as const

/** Conditions on the client of a record: its company, or without one its primary contact. */
export interface Client {
  isKnown: Condition
  /** Whether the client won another record of the type before the period. */
  isReturning: Condition
}

/** Returns the conditions on the clients of records. Other records count only if the caller may read them. */
export function clientIn(grant: Grant, period: ReportingPeriod): Client {
  const state = stateAtEnd(grant.type, period)
  const wonNow = recordsFor(grant, 'read').and(state.closedIn('success')).select(sql`record.company_id`)
  const [company, contacts] = clientFields.map((path) => grant.readable.get(path)!) as [Field, Field]
  const companyId = liveId(company)
  const isReturning = state.wonBefore.map((wonBefore) => {
    const won = recordsFor(grant, 'read').and(wonBefore)
    // Few companies won something in the period.
    const ofCompany = won.and(sql`record.company_id in (${wonNow})`).select(sql`record.company_id`)
    const ofContact = won.and(sql`${companyId} is null`).select(sql`record.id, ${primaryId(contacts)} as contact_id`)
    // The contact may be the primary one of few of the records that it belongs to.
    const byContact = sql`exists (select ${linkRows(contacts)} and item.to_id = ${primaryId(contacts)} and exists (
      select from link as back join (${ofContact}) as other on other.id = back.from_id and other.contact_id = item.to_id
      where back.to_type = item.to_type and back.to_id = item.to_id and back.relation = item.relation
        and back.from_type = item.from_type))`
    const byCompany = sql`record.company_id in (${ofCompany})`
    return sql`case when ${companyId} is not null then ${byCompany} else ${byContact} end`
  })
  return {
    isKnown: sql`(${companyId} is not null or ${primaryId(contacts)} is not null)`,
    isReturning: sql`(${sql.join(isReturning, sql` or `)})`,
  }
}
