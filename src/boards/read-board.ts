import type { Database } from '../database/connect.ts'
import type { Pipeline, Stage } from '../fields/lookups.ts'
import { targetsOf } from '../filters/resolve.ts'
import type { List, ListConfig } from '../records/list/find-records.ts'
import { paged, pageQuery } from '../records/list/pages.ts'
import { expand } from '../records/query/expand.ts'
import { readGroups } from '../records/query/group-pages.ts'
import { viewOf } from '../records/query/record-json.ts'
import { recordsFor } from '../records/query/record-query.ts'
import { requireSearchable } from '../records/search/search-limit.ts'
import { conditionOf } from '../records/search/search-records.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { type ColumnTotals, countColumns } from './count-columns.ts'
import { type BoardPlan, type BoardRequest, planBoard } from './plan-board.ts'

/** A stage with the first page of the list of its records, and with its totals if they were requested. */
export interface BoardColumn {
  stage: Stage
  list: List
  sums: ColumnTotals['sums'] | undefined
}

/** Reads the columns of a board. Throws the faults of the request. */
export async function readBoard(
  db: Database,
  access: Access,
  grant: Grant,
  pipeline: Pipeline,
  request: BoardRequest,
  { cursors, countTime, unindexed }: ListConfig,
): Promise<{ columns: BoardColumn[]; unindexed: readonly string[] }> {
  const plan = planBoard(access, grant, pipeline, request, cursors)
  const names = unindexed.note(plan.all.unindexed)
  if (plan.isFiltered) await requireSearchable(db, grant)
  const { counts, sums } = request
  const limited = { unindexed: plan.all.unindexed, request: request.list }
  const pages = await unindexed.read(db, limited, (limitedDb) => readPages(limitedDb, grant, plan))
  const lists = plan.columns.map(({ list }, index) => paged({ ...list, forgiving: false }, pages[index]!, cursors))
  const totals = counts || sums ? await countColumns(db, grant, plan, { sums, countTime }) : null
  const shown = lists.flatMap(({ rows }) => rows)
  const records = await expand(db, grant, plan.projection.links, shown, { parameter: 'expand' })
  const columns = plan.columns.map(({ stage }, index) => {
    const { rows, ...list } = lists[index]!
    const own = totals?.[index]
    const count = counts ? (own?.count ?? null) : null
    return {
      stage,
      list: { ...list, records: records.splice(0, rows.length), count, facets: null, missing: null, unindexed: names },
      sums: sums ? own?.sums : undefined,
    }
  })
  return { columns, unindexed: names }
}

async function readPages(db: Database, grant: Grant, { columns, all, projection }: BoardPlan) {
  const { fields, links } = projection
  return await readGroups(db, {
    rows: recordsFor(grant, 'read'),
    query: pageQuery(grant, columns[0]!.list, links),
    column: targetsOf(grant.readable).get('stageId')!.column,
    groups: columns.map(({ stage, list }) => ({ value: stage.id, condition: conditionOf(list, null).ofPage })),
    where: conditionOf(all, null).ofAll,
    view: viewOf(grant.readable, fields),
  })
}
