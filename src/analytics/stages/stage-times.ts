import { Big } from 'big.js'
import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { statementOf } from '../../database/statement.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import type { Pipeline } from '../../fields/lookups.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import { isIn } from '../../reporting-period/happened.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import type { Grant } from '../../rights/grant.ts'
import { readInSnapshot } from '../query/read-in-snapshot.ts'
import type { ResolvedQuery } from '../query/resolved.ts'

/** How long records stayed in a stage, in seconds. Null if no stay has ended. */
export interface StageTime {
  medianTime: number | null
  p90Time: number | null
}

interface Row {
  stageId: string
  /** The last duration of the first half, the first one of the second half, and the 90th percentile, in microseconds. */
  durations: [string, string, string]
}

/** Sorting integers takes a fraction of the time of sorting decimals. */
const microseconds = sql`round(date_part('epoch', h.left_at - h.entered_at) * 1000000)::bigint`
const fractions = sql`array[0.5, 0.500000001, 0.9]`

/**
 * Returns how long the records of a query stayed in the stages of a pipeline, by stage: the stays that have ended, with
 * `inPeriod` only those that ended in the period.
 */
export async function stageTimes(
  { db, time }: { db: Database; time: number },
  { grant, base, period }: Pick<ResolvedQuery, 'base' | 'period'> & { grant: Grant },
  { pipeline, inPeriod }: { pipeline: Pipeline; inPeriod: boolean },
): Promise<ReadonlyMap<string, StageTime>> {
  const { type } = grant
  const records = recordsFor(grant, 'read')
    .matching(base.length ? { and: base.map(({ condition }) => condition) } : null)
    .select(sql`record.id`)
  const stages = sql`${pipeline.stages.map(({ id }) => id)}::text[]`
  const ended = inPeriod && period ? endedIn(type, period) : sql`h.left_at is not null`
  const stays = sql`select array_position(${stages}, h.stage_id) as place, ${microseconds} as duration
    from stage_history as h where h.type_id = ${sql.lit(type.id)} and h.pipeline_id = ${pipeline.id} and ${ended}
      and h.record_id in (${records})`
  const select = sql<Row>`select (${stages})[place] as "stageId",
      (percentile_disc(${fractions}) within group (order by duration))::text[] as durations
    from (${stays}) as stay where place is not null group by place`
  const rows = await readInSnapshot(db, time, (read) => read(statementOf(select)))
  return new Map(rows.map(({ stageId, durations }) => [stageId, timeOf(durations)]))
}

/** Returns the condition that a stay ended in the period. The record then entered another stage, by which there is an index. */
function endedIn({ id }: Pick<EntityType, 'id'>, period: ReportingPeriod) {
  return sql`(${isIn(period, sql`h.left_at`)} and h.record_id in (select next.record_id from stage_history as next
    where next.type_id = ${sql.lit(id)} and ${isIn(period, sql`next.entered_at`)}))`
}

function timeOf(durations: Row['durations']): StageTime {
  const [low, high, ninth] = durations.map((one) => new Big(one).div(1_000_000)) as [Big, Big, Big]
  const inSeconds = (time: Big) => Number(time.toFixed(0, Big.roundHalfUp))
  return { medianTime: inSeconds(low.plus(high).div(2)), p90Time: inSeconds(ninth) }
}
