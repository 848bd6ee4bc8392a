import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Change, Rule, State } from '../../entities/change.ts'
import type { Link } from '../../fields/kinds/link-kinds.ts'
import { isNothing, same } from '../../fields/value.ts'
import { recordsFor } from '../query/record-query.ts'
import type { WriteContext } from './write-context.ts'

const clientFields = ['companyId', 'contacts']

/**
 * A lead that gets a client is a repeat lead: the client was known before. It stays one when the client is removed. A
 * value in the request wins.
 */
export const repeatLeadRule: Rule = {
  trait: 'conversion',
  apply({ before, after, given, isRevert }) {
    if (isRevert || given.has('isRepeat')) return
    const isNew = (key: string) => !isNothing(after.get(key)) && !same(before?.get(key), after.get(key))
    if (clientFields.some(isNew)) after.set('isRepeat', true)
  },
}

/**
 * Marks new deals as repeat deals if their company or one of their contacts already has a won deal that the caller may
 * read. A value in the request wins. One deal or thousands take one statement, deals without a client none.
 */
export async function markRepeatDeals(
  trx: Transaction,
  { grant }: WriteContext,
  created: readonly Change[],
): Promise<void> {
  if (!grant.type.traits.has('sale')) return
  const open = created.filter(({ given, after }) => !given.has('isRepeat') && hasClient(after))
  if (!open.length) return
  const asked = open.map(({ id, after }) => ({ id, company: after.get('companyId'), contacts: contactsOf(after) }))
  const { settings } = grant.type.fields.find(({ key }) => key === 'contacts')!
  const contactType = grant.of(settings.type ?? '').type.id
  const won = recordsFor(grant, 'read').and(sql`record.stage_semantic = 'success'`)
  // The fences make Postgres begin at the contacts. It would read all deals for each new one.
  const wonDeal = won.and(sql`record.id = linked.id`).select(sql`record.id`, { limit: 1 })
  const ofContacts = sql`exists (select from (select item.from_id as id from link as item
    where item.relation = ${settings.relation} and item.from_type = ${grant.type.id} and item.to_type = ${contactType}
      and item.to_id = any(asked.contacts) offset 0) as linked cross join lateral (${wonDeal}) as found)`
  const { rows } = await sql<{ id: number }>`select asked.id
    from json_to_recordset(${JSON.stringify(asked)}) as asked (id bigint, company bigint, contacts bigint[])
    where (asked.company is not null and ${won.and(sql`record.company_id = asked.company`).exists()}) or ${ofContacts}`.execute(
    trx,
  )
  const repeated = new Set(rows.map(({ id }) => id))
  for (const { id, after } of open) if (repeated.has(id)) after.set('isRepeat', true)
}

function hasClient(state: State): boolean {
  return clientFields.some((key) => !isNothing(state.get(key)))
}

function contactsOf(state: State): number[] {
  return ((state.get('contacts') ?? []) as Link[]).map(({ id }) => id)
}
