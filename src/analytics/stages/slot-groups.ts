import { type RawBuilder, sql } from 'kysely'
import type { Semantic } from '../../fields/lookups.ts'
import { allRecords } from '../../records/query/record-query.ts'
import { targetsFor } from '../../records/query/relations.ts'
import { valueAmong } from '../../reporting-period/few-records.ts'
import { isIn } from '../../reporting-period/happened.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Bucket, buckets } from '../query/buckets.ts'
import type { Group, ResolvedQuery } from '../query/resolved.ts'
import { happened } from './happened.ts'
import { type Slot, slotsOf, type Unit } from './slots.ts'

/** The events by which records are counted in parts of a period. */
export type SlotEvent = 'created' | 'won' | 'lost'

/**
 * Returns a group by the parts of the period of a query in which an event happened. Each part is a period of its own, so
 * a record that was won, reopened and won again can be in two. Every part has a row.
 */
export function slotGroup(query: ResolvedQuery, event: SlotEvent, unit: Unit, most: number): Omit<Group, 'key'> {
  const { grant, period } = query
  const slots = slotsOf(period!, unit, most)
  const byKey = new Map(slots.map((slot) => [slot.key, slot]))
  const usual: Bucket = buckets[unit]
  const bucket: Bucket = {
    ...usual,
    pgType: 'text',
    key: (item) => sql`split_part(${item}, ' ', 1)`,
    read: (text) => text,
    condition: (_, key) => happened(event, byKey.get(String(key))!),
  }
  const source =
    event === 'created'
      ? createdIn(slots)
      : closedIn({ grant, timeZone: query.context.timeZone }, slots, event === 'won' ? 'success' : 'failure')
  return {
    ...{ label: usual.label, bucket, top: null, other: false },
    target: targetsFor(grant).get('createdAt')!,
    source: { value: source, isList: event !== 'created' },
    rows: slots.map(({ key }) => key),
    // Others need no rates.
    choosesRecords: true,
    ...(event !== 'created' && { dayOf: (item) => sql`nullif(split_part(${item}, ' ', 2), '')::date` }),
  }
}

/** Returns SQL of the places of slots as arrays. */
function arraysOf(slots: readonly Slot[]) {
  const [keys, starts, ends] = [slots.map(({ key }) => key), slots.map(({ from }) => from), slots.map(({ to }) => to)]
  return {
    key: (place: RawBuilder<unknown>) => sql`(${keys}::text[])[${place}]`,
    end: (place: RawBuilder<unknown>) => sql`(${ends}::timestamptz[])[${place}]`,
    place: (instant: RawBuilder<unknown>) => sql`width_bucket(${instant}, ${starts}::timestamptz[])`,
    whole: { from: slots[0]!.from, to: slots.at(-1)!.to, timeZone: '', lastDay: '' },
  }
}

function createdIn(slots: readonly Slot[]): RawBuilder<unknown> {
  const { key, place } = arraysOf(slots)
  return key(place(sql`record.created_at`))
}

/**
 * Returns SQL of the slots in which a record was closed and at whose end it still was. The closing that the record still
 * has is one of them. Few records have left others, which are in the history of stages. Those are followed by the day of
 * the closing, whose rate is used in that slot.
 */
function closedIn(
  { grant, timeZone }: { grant: Grant; timeZone: string },
  slots: readonly Slot[],
  semantic: Semantic,
): RawBuilder<unknown> {
  const { key, end, place, whole } = arraysOf(slots)
  const isNow = sql`(${isIn(whole, sql`record.closed_at`)} and record.stage_semantic = ${semantic})`
  const now = sql`case when ${isNow} then array[${key(place(sql`record.closed_at`))}] else '{}' end`
  const records = allRecords(grant).select(sql`record.id, record.closed_at`)
  const day = sql`(stay.closed_at at time zone ${timeZone}::text)::date`
  const closings = sql`select stay.record_id, ${key(sql`closing.place`)} || ' ' || ${day} as slot from stage_history as stay
    join (${records}) as record on record.id = stay.record_id
    cross join lateral (select ${place(sql`stay.closed_at`)} as place) as closing
    where stay.type_id = ${sql.lit(grant.type.id)} and stay.semantic = ${semantic} and stay.left_at >= ${whole.from}::timestamptz
      and ${isIn(whole, sql`stay.closed_at`)} and stay.entered_at < ${end(sql`closing.place`)}
      and stay.left_at >= ${end(sql`closing.place`)}
      and (record.closed_at is null or record.closed_at >= ${end(sql`closing.place`)})`
  const earlier = valueAmong({
    id: sql`closing.record_id`,
    value: sql`array_agg(distinct closing.slot)::text`,
    from: sql`from (${closings}) as closing group by closing.record_id`,
  })
  return sql`(${now} || coalesce(${earlier}::text[], '{}'))`
}
