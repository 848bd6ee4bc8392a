import { Big } from 'big.js'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { statementOf } from '../../database/statement.ts'
import { selects } from '../../fields/operators.ts'
import type { Filter } from '../../filters/filter.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { readInSnapshot } from '../query/read-in-snapshot.ts'
import { isOneOf } from './groups.ts'

/** How probable it is that records in a stage will be won. */
export interface StageProbability {
  pipelineId: number
  stageId: string
  /** Between 0 and 1. Null if nothing shows it. */
  probability: Big | null
}

/** For how long past records count. */
const days = 365
/** The fields without which a caller does not see which records were won. */
const needed = ['pipelineId', 'stageId', 'stageSemantic', 'closedAt']

/** Divides with enough digits for sums of amounts. */
const Precise = Object.assign(Big(), { DP: 40 })

/**
 * Returns the probabilities of the stages in process of a type: those of the pipeline's settings, else the share of won
 * records among those that the caller may read, that were in the stage, and that were closed in the last 365 days.
 * Throws `query_too_slow`.
 */
export async function stageProbabilities(
  db: Database,
  grant: Grant,
  { now, time }: { now: Date; time: number },
): Promise<StageProbability[]> {
  const stages = (grant.catalogue.lookups.pipelines.get(grant.type.id) ?? []).flatMap((pipeline) =>
    pipeline.stages
      .filter(({ semantic }) => semantic === 'process')
      .map(({ id }) => ({ pipelineId: pipeline.id, stageId: id, given: pipeline.stageProbabilities?.[id] })),
  )
  const isVisible = needed.every((path) => grant.readable.has(path))
  const mustRead = isVisible && stages.some(({ given }) => given === undefined)
  const past = mustRead ? await readPast(db, grant, { now, time }) : []
  const known = new Map(
    past.map(({ pipelineId, stageId, closed, won }) => [`${pipelineId} ${stageId}`, { closed, won }]),
  )
  return stages.map(({ pipelineId, stageId, given }) => {
    const shown = known.get(`${pipelineId} ${stageId}`)
    const share = shown ? new Precise(shown.won).div(shown.closed) : null
    return { pipelineId, stageId, probability: given === undefined ? share : new Precise(given).div(100) }
  })
}

interface PastStage {
  pipelineId: number
  stageId: string
  closed: number
  won: number
}

async function readPast(db: Database, grant: Grant, { now, time }: { now: Date; time: number }): Promise<PastStage[]> {
  const since = new Date(now.getTime() - days * 86_400_000).toISOString()
  const closed = recordsFor(grant, 'read')
    .and(sql<SqlBool>`record.closed_at >= ${since}::timestamptz and record.stage_semantic <> 'process'`)
    .select(sql`record.entered_stages as entered, record.stage_semantic = 'success' as won, count(*) as count`, {
      groupBy: sql`1, 2`,
    })
  const statement = sql<PastStage>`select stage.pipeline_id::integer as "pipelineId", stage.code as "stageId",
      sum(closed.count)::integer as closed, coalesce(sum(closed.count) filter (where closed.won), 0)::integer as won
    from (${closed}) as closed join stage on stage.id = any(closed.entered) where stage.semantic = 'process'
    group by stage.pipeline_id, stage.code`
  return await readInSnapshot(db, time, (read) => read(statementOf(statement)))
}

/** Returns SQL of the probability of a record, which is null if nothing shows it. */
export function probabilityOf(stages: readonly StageProbability[]): RawBuilder<string | null> {
  const known = stages.flatMap(({ pipelineId, stageId, probability }) =>
    probability === null
      ? []
      : [
          sql`when record.pipeline_id = ${pipelineId} and record.stage_id = ${stageId} then ${probability.toFixed()}::numeric`,
        ],
  )
  return known.length ? sql`case ${sql.join(known, sql` `)} end` : sql`null::numeric`
}

/**
 * Returns the condition that a record in process is in a stage whose probability is not known. Filters have a limit, so it
 * has as few conditions as possible: first whole pipelines, then stages of that code in all other pipelines.
 */
export function isWithoutProbability(stages: readonly StageProbability[]): Filter {
  const areUnknown = (all: readonly StageProbability[]) => all.every(({ probability }) => probability === null)
  const idsOf = <Id>(groups: Map<Id, StageProbability[]>) =>
    [...groups].flatMap(([id, all]) => (areUnknown(all) ? id : []))
  const pipelineIds = idsOf(Map.groupBy(stages, ({ pipelineId }) => pipelineId))
  const others = stages.filter(({ pipelineId }) => !pipelineIds.includes(pipelineId))
  const stageIds = idsOf(Map.groupBy(others, ({ stageId }) => stageId))
  const rest = others.filter((one) => areUnknown([one]) && !stageIds.includes(one.stageId))
  const [byPipeline, byStage] = [alike(rest, 'pipelineId', 'stageId'), alike(rest, 'stageId', 'pipelineId')]
  const parts = [
    ...(pipelineIds.length ? [isOneOf('pipelineId', pipelineIds)] : []),
    ...(stageIds.length ? [isOneOf('stageId', stageIds)] : []),
    ...(byPipeline.length < byStage.length ? byPipeline : byStage),
  ]
  return parts.length > 1 ? { or: parts } : (parts[0] ?? { field: 'stageId', op: selects.empty, value: true })
}

/** Returns a condition for all pipelines with the same stages, or for all stages with the same pipelines. */
function alike<Name extends 'pipelineId' | 'stageId'>(
  stages: readonly StageProbability[],
  by: Name,
  of: Exclude<'pipelineId' | 'stageId', Name>,
): Filter[] {
  const sets = [...Map.groupBy(stages, (one) => one[by])].map(([id, all]) => ({
    id,
    values: all.map((one) => one[of]),
  }))
  const equal = Map.groupBy(sets, ({ values }) => JSON.stringify(values.toSorted()))
  return [...equal.values()].map((same) => ({
    and: [
      isOneOf(
        by,
        same.map(({ id }) => id),
      ),
      isOneOf(of, same[0]!.values),
    ],
  }))
}
