import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Field } from '../fields/field.ts'
import { linkSide, relationOf } from '../fields/kinds/link-kinds.ts'
import { recordsFor } from '../records/query/record-query.ts'
import { inverseFieldOf } from '../records/write/inverse-links.ts'
import type { Grant } from '../rights/grant.ts'
import { sharedLists } from './lock-members.ts'
import { type Merging, movedRowsInsert } from './merge-log.ts'

/**
 * Moves the links of other records to the merged records. A link to a record to which its record links already stays, and
 * passes on whether it is primary. Returns how many links moved of records that the caller may read, by type.
 */
export async function moveLinks(trx: Transaction, merging: Merging): Promise<{ code: string; n: number }[]> {
  const { grant, survivorId, mergedIds } = merging
  const { rows } = await sql<{ type: number; ids: number[] }>`
    with ranked as (select item.relation, item.from_type, item.from_id, item.to_id as merged,
        row_number() over (partition by item.relation, item.from_type, item.from_id
          order by array_position(${mergedIds}::bigint[], item.to_id)) as place
      from link as item where ${foreignLinks(merging)} and not exists (select from link as taken
        where taken.to_type = item.to_type and taken.to_id = ${survivorId} and taken.relation = item.relation
          and taken.from_type = item.from_type and taken.from_id = item.from_id)),
      moved as (update link as item set to_id = ${survivorId} from ranked
        where item.to_type = ${grant.type.id} and item.to_id = ranked.merged and ranked.place = 1
          and (item.relation, item.from_type, item.from_id) = (ranked.relation, ranked.from_type, ranked.from_id)
        returning item.from_id as id, item.from_type, item.relation, ranked.merged),
      stored as (${movedRowsInsert(merging, { table: 'link', column: 'to_id', ...ofMoved })})
    select from_type as type, json_agg(id) as ids from moved group by from_type`.execute(trx)
  await passPrimary(trx, merging)
  return await Promise.all(rows.map((row) => countReadable(trx, grant, row)))
}

const ofMoved = { otherType: sql.ref('moved.from_type'), relation: sql.ref('moved.relation') }

/** The links to merged records that are not in lists of their own, without those of the records that become one. */
function foreignLinks({ grant, survivorId, mergedIds }: Merging): RawBuilder<SqlBool> {
  const { type } = grant
  const shown = sharedLists(grant).flatMap((field) => (field.settings.back ? [relationOf(field)] : []))
  return sql`item.to_type = ${type.id} and item.to_id = any(${mergedIds}::bigint[]) and item.relation <> all(${shown}::text[])
    and not (item.from_type = ${type.id} and item.from_id = any(${[survivorId, ...mergedIds]}::bigint[]))`
}

async function countReadable(trx: Transaction, grant: Grant, { type, ids }: { type: number; ids: number[] }) {
  const code = [...grant.catalogue.types.values()].find(({ id }) => id === type)?.code
  // The type was created a moment ago.
  if (code === undefined) return { code: '', n: 0 }
  const { rows } = await recordsFor(grant.of(code), 'read')
    .and(sql`record.id = any(${ids}::bigint[])`)
    .select<{ n: number }>(sql`count(*) as n`)
    .execute(trx)
  return { code, n: rows[0]!.n }
}

/** Makes the link to the survivor primary where a link to a merged record, which stays, is primary. */
async function passPrimary(trx: Transaction, merging: Merging): Promise<void> {
  const { survivorId } = merging
  await sql`
    with given as (select item.relation, item.from_type, item.from_id, item.to_type, item.to_id
        from link as item where ${foreignLinks(merging)} and item.is_primary),
      taken as (update link as item set is_primary = true from given where item.to_type = given.to_type
        and item.to_id = ${survivorId} and (item.relation, item.from_type, item.from_id)
          = (given.relation, given.from_type, given.from_id) returning item.relation, item.from_type, item.from_id),
      moved as (update link as item set is_primary = false from given join taken using (relation, from_type, from_id)
        where (item.relation, item.from_type, item.from_id, item.to_type, item.to_id)
          = (given.relation, given.from_type, given.from_id, given.to_type, given.to_id)
        returning item.from_id as id, item.from_type, item.relation, item.to_id as merged)
    ${movedRowsInsert(merging, { table: 'link', column: 'is_primary', ...ofMoved })}`.execute(trx)
}

/**
 * Gives the survivor the places of the merged records in the lists of the records at the other end, of relations that both
 * sides show. `added` are the records that the survivor did not link to before, by the key of its field.
 */
export async function takePlaces(
  trx: Transaction,
  merging: Merging,
  added: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  for (const field of sharedLists(merging.grant)) await takePlacesIn(trx, merging, field, added.get(field.key) ?? [])
}

async function takePlacesIn(trx: Transaction, merging: Merging, field: Field, added: readonly number[]): Promise<void> {
  const { grant, survivorId, mergedIds } = merging
  const side = linkSide(field)
  const other = linkSide(inverseFieldOf(field, grant)!)
  const [own, id, place, primary] = [`${side.own}_id`, `${side.other}_id`, other.sort, other.primary].map((name) =>
    sql.ref(name),
  )
  const otherType = sql`${grant.of(field.settings.type ?? '').type.id}::integer`
  const relation = sql`${relationOf(field)}::text`
  const ofRelation = sql`item.relation = ${relationOf(field)} and item.${sql.ref(`${side.own}_type`)} = ${grant.type.id}
    and item.${sql.ref(`${side.other}_type`)} = ${otherType}`
  await sql`
    with theirs as (select item.${id} as id, item.${own} as merged, item.${place} as place, item.${primary} as is_primary
        from link as item where ${ofRelation} and item.${own} = any(${mergedIds}::bigint[])),
      best as (select id, min(place) as place, bool_or(is_primary) as is_primary from theirs group by id),
      taken as (update link as item set ${place} = case when item.${id} = any(${added}::bigint[]) then best.place
          else item.${place} end, ${primary} = item.${primary} or best.is_primary
        from best where ${ofRelation} and item.${own} = ${survivorId} and item.${id} = best.id returning item.${id} as id),
      moved as (update link as item set ${primary} = false from theirs join taken using (id)
        where ${ofRelation} and item.${own} = theirs.merged
        and item.${id} = theirs.id and theirs.is_primary returning item.${id} as id, theirs.merged)
    ${movedRowsInsert(merging, { table: 'link', column: other.primary, otherType, relation })}`.execute(trx)
}
