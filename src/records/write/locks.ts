import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Field } from '../../fields/field.ts'
import { isInRows } from '../../fields/kinds/kinds.ts'
import { linkSide } from '../../fields/kinds/link-kinds.ts'
import { namedIds } from '../../fields/named-ids.ts'
import { isObject } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { allRecords } from '../query/record-query.ts'
import { inverseFieldOf } from './inverse-links.ts'

/** Records of one type to change, with the bodies. A new record has no id. */
export interface PlannedWrites {
  grant: Grant
  items: readonly { id?: number | undefined; input?: unknown }[]
}

/** An existing link of a record whose list is replaced as a whole. The new list can leave it out. */
export interface ExistingLink {
  of: { type: string; id: number }
  to: { type: string; id: number }
}

/** Ids of records by the code of their type. */
type Ends = Map<string, { grant: Grant; ids: Set<number> }>

/**
 * Locks every record that changes can touch, by type and then by id. All writers use this order, so they cannot
 * deadlock. Links of lists that are replaced as a whole are read, locked and read again. If another transaction added
 * links in between, all locks are released and taken again, with the new links included.
 */
export async function lockInOrder(trx: Transaction, planned: readonly PlannedWrites[]): Promise<ExistingLink[]> {
  const ends = endsOf(planned)
  const lists = wholeLists(planned)
  if (!lists.length) {
    await lockEnds(trx, ends)
    return []
  }
  await sql`savepoint before_locks`.execute(trx)
  let linked = await readLinks(trx, lists)
  for (;;) {
    for (const { to, list } of linked) endsAt(ends, list.other).add(to.id)
    await lockEnds(trx, ends)
    linked = await readLinks(trx, lists)
    if (linked.every(({ to }) => ends.get(to.type)?.ids.has(to.id))) return linked
    await sql`rollback to savepoint before_locks`.execute(trx)
  }
}

/**
 * Locks the other ends of links that changes of one type can touch, if they are of an earlier type: these must be
 * locked before the records themselves. Records of later types are locked when the changes are known.
 */
export async function lockEarlierEnds(trx: Transaction, { grant, items }: PlannedWrites): Promise<void> {
  const isEarlier = ({ settings }: Field) => grant.of(settings.type ?? '').type.id < grant.type.id
  const named = mirroredFields(grant).filter(isEarlier)
  if (named.some((field) => items.some(({ input }) => namesField(input, field))))
    await lockInOrder(trx, [{ grant, items }])
}

/** Returns the link fields that have an inverse field. */
function mirroredFields(grant: Grant): Field[] {
  return grant.type.fields.filter((field) => isInRows(field, 'link') && inverseFieldOf(field, grant))
}

function namesField(input: unknown, { code }: Field): input is Record<string, unknown> {
  return isObject(input) && Object.hasOwn(input, code)
}

function endsOf(planned: readonly PlannedWrites[]): Ends {
  const ends: Ends = new Map()
  for (const { grant, items } of planned) {
    for (const { id } of items) if (id !== undefined) endsAt(ends, grant).add(id)
    for (const field of mirroredFields(grant)) {
      const named = items.flatMap(({ input }) => (namesField(input, field) ? namedIds(input[field.code]) : []))
      const ids = named.flatMap(({ id }) => (Number.isSafeInteger(id) ? [id as number] : []))
      for (const id of ids) endsAt(ends, grant.of(field.settings.type ?? '')).add(id)
    }
  }
  return ends
}

function endsAt(ends: Ends, grant: Grant): Set<number> {
  const { code } = grant.type
  const known = ends.get(code) ?? { grant, ids: new Set() }
  ends.set(code, known)
  return known.ids
}

async function lockEnds(trx: Transaction, ends: Ends): Promise<void> {
  for (const { grant, ids } of [...ends.values()].sort((a, b) => a.grant.type.id - b.grant.type.id)) {
    await allRecords(grant)
      .and(sql`record.id = any(${[...ids]})`)
      .select(sql`record.id`, { orderBy: sql`record.id`, lock: 'noKeyUpdate' })
      .execute(trx)
  }
}

/** Records of one type and a link field whose list is replaced as a whole. */
interface WholeList {
  field: Field
  grant: Grant
  other: Grant
  ids: number[]
}

function wholeLists(planned: readonly PlannedWrites[]): WholeList[] {
  return planned.flatMap(({ grant, items }) =>
    mirroredFields(grant).flatMap((field) => {
      const ids = items.flatMap(({ id, input }) =>
        id !== undefined && namesField(input, field) && !isObject(input[field.code]) ? [id] : [],
      )
      return ids.length ? [{ field, grant, other: grant.of(field.settings.type ?? ''), ids }] : []
    }),
  )
}

async function readLinks(
  trx: Transaction,
  lists: readonly WholeList[],
): Promise<(ExistingLink & { list: WholeList })[]> {
  const parts = lists.map(({ field, ids }, place): RawBuilder<unknown> => {
    const { own, other } = linkSide(field)
    return sql`select ${place}::integer as place, ${sql.ref(`item.${own}_id`)} as "ofId", ${sql.ref(`item.${other}_id`)} as "toId"
      from link as item where item.relation = ${field.settings.relation}
      and ${sql.ref(`item.${own}_type`)} = ${field.typeId} and ${sql.ref(`item.${own}_id`)} = any(${ids})`
  })
  const { rows } = await sql<{
    place: number
    ofId: number
    toId: number
  }>`${sql.join(parts, sql` union all `)}`.execute(trx)
  return rows.map(({ place, ofId, toId }) => {
    const list = lists[place]!
    return { list, of: { type: list.grant.type.code, id: ofId }, to: { type: list.other.type.code, id: toId } }
  })
}
