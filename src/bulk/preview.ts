import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { withoutDenied } from '../records/write/denied.ts'
import { retryOnTakenKey, type WriteContext } from '../records/write/write-context.ts'
import type { BulkAction } from './action.ts'
import { doChunk, type Target, type TargetWork } from './do-chunk.ts'
import { type Selection, selected, selectedIds } from './start.ts'
import { workOf } from './task.ts'

/** The number of records that match a bulk action, that the caller may not change, and that do not exist. */
export interface PreviewCounts {
  matched: number
  denied: number
  missing: number
}

/** The counts of a preview with the expected results; null when there are too many records to try. */
export interface Preview extends PreviewCounts {
  done: number | null
  failed: number | null
  left: number | null
}

/** Maximum number of records that a preview tries. */
export const maxPreviewedRecords = 1000

/** Returns the preview of a bulk action. */
export async function previewBulk(
  db: Database,
  writing: WriteContext,
  { action, selection }: { action: BulkAction; selection: Selection },
): Promise<Preview> {
  const { grant } = writing
  const may = grant.rows[action.delete ? 'delete' : 'update']
  const named = 'ids' in selection ? new Set(selection.ids) : undefined
  const { rows } = await selected(grant, selection)
    .select<Omit<PreviewCounts, 'missing'>>(
      sql`count(*) as matched, count(*) filter (where (${may ?? sql`true`}) is not true) as denied`,
    )
    .execute(db)
  const { matched, denied } = rows[0]!
  const met = { matched, denied, missing: named ? named.size - matched : 0 }
  const targets = sql`select id, ${grant.type.id}::integer as "typeId" from (${selectedIds(grant, selection)}) as chosen`
  return await withExpectedResults(db, writing, met, { targets, work: workOf(action) })
}

/** Adds the expected results to the counts: does the work in a transaction and rolls it back. */
export async function withExpectedResults(
  db: Database,
  writing: WriteContext,
  met: PreviewCounts,
  { targets: chosen, work }: { targets: RawBuilder<unknown>; work: TargetWork },
): Promise<Preview> {
  if (met.matched + met.missing > maxPreviewedRecords) return { ...met, done: null, failed: null, left: null }
  const { rows: targets } =
    await sql<Target>`select row_number() over () as place, "typeId", id as "recordId" from (${chosen}) as chosen`.execute(
      db,
    )
  const attempt = { ...writing, isSilent: true }
  const { counters } = await withoutDenied(db, (trx, denied) => doChunk(trx, attempt, targets, { denied, work }), {
    ...retryOnTakenKey,
    dryRun: true,
  })
  const { done, failed, left } = counters
  return { ...met, done, failed, left }
}
