import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { statementOf } from '../../database/statement.ts'
import { rowsInTime } from '../../database/time-box.ts'
import type { Pipeline } from '../../fields/lookups.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import { isIn } from '../../reporting-period/happened.ts'
import type { Grant } from '../../rights/grant.ts'
import { functions } from '../query/functions.ts'
import { tooSlow } from '../query/require-analysable.ts'
import type { ResolvedQuery } from '../query/resolved.ts'

/** How long records stayed in a stage, in seconds. Null if no stay has ended. */
export interface StageTime {
  medianTime: number | null
  p90Time: number | null
}

interface Row {
  stageId: string
  median: string
  p90: string
}

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
  const ended = inPeriod && period ? isIn(period, sql`h.left_at`) : sql`h.left_at is not null`
  const seconds = sql`extract(epoch from (h.left_at - h.entered_at))`
  const [median, p90] = [functions.median.whole([seconds]), functions.percentile.whole([seconds], 90)]
  const select = sql<Row>`select h.stage_id as "stageId", round(${median})::text as median, round(${p90})::text as p90
    from stage_history as h where h.type_id = ${sql.lit(type.id)} and h.pipeline_id = ${pipeline.id} and ${ended}
      and h.record_id in (${records}) group by h.stage_id`
  const rows = await rowsInTime<Row>(db, time, statementOf(select))
  if (!rows) throw tooSlow(time)
  return new Map(rows.map((row) => [row.stageId, { medianTime: Number(row.median), p90Time: Number(row.p90) }]))
}
