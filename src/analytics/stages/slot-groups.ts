import { type RawBuilder, sql } from 'kysely'
import type { Semantic } from '../../fields/lookups.ts'
import { targetsFor } from '../../records/query/relations.ts'
import { isIn } from '../../reporting-period/happened.ts'
import { beginning } from '../../reporting-period/state.ts'
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
    key: (value) => value,
    read: (text) => text,
    condition: (_, key) => happened(event, byKey.get(String(key))!),
  }
  const source =
    event === 'created' ? createdIn(slots) : closedIn(grant, slots, event === 'won' ? 'success' : 'failure')
  return {
    ...{ label: usual.label, bucket, top: null, other: false },
    target: targetsFor(grant).get('createdAt')!,
    source: { value: source, isList: true },
    rows: slots.map(({ key }) => key),
    // Others need no rates.
    skipsOthers: true,
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
  return sql`array[${key(place(sql`record.created_at`))}]`
}

/**
 * Returns SQL of the slots in which a record was closed and at whose end it still was. The closing that the record still
 * has is one of them, others are in the history of stages.
 */
function closedIn({ type }: Grant, slots: readonly Slot[], semantic: Semantic): RawBuilder<unknown> {
  const { key, end, place, whole } = arraysOf(slots)
  const [id, began] = [sql.lit(type.id), beginning(type.id)]
  const left = sql`stay.type_id = ${id} and stay.semantic = ${semantic} and stay.left_at >= ${whole.from}::timestamptz
    and stay.entered_at < ${whole.to}::timestamptz`
  return sql`array(
    select ${key(place(sql`record.closed_at`))}
      where ${isIn(whole, sql`record.closed_at`)} and record.stage_semantic = ${semantic}
    union
    select ${key(sql`closing.place`)} from stage_history as stay
      cross join lateral (select ${began} as at) as began
      cross join lateral (select ${place(sql`began.at`)} as place) as closing
      where record.id in (select stay.record_id from stage_history as stay where ${left})
        and stay.record_id = record.id and ${left} and ${isIn(whole, sql`began.at`)}
        and stay.entered_at < ${end(sql`closing.place`)} and stay.left_at >= ${end(sql`closing.place`)}
        and (record.closed_at is null or record.closed_at >= ${end(sql`closing.place`)}))`
}
