import { type ScheduledReportContext, scheduledReportTask } from './analytics/schedules/scheduled-report.ts'
import { reportScheduleTask } from './analytics/schedules/start-due.ts'
import { pruneAuditTask } from './audit/prune.ts'
import { bulkTask } from './bulk/task.ts'
import { revertTask } from './bulk/undo.ts'
import { leadModeTask } from './conversion/mode-task.ts'
import { convertNewLeads } from './conversion/simple-mode.ts'
import type { Database } from './database/connect.ts'
import { entryRemovalTask } from './dictionaries/entry-removal.ts'
import { type ScanContext, scanTask } from './duplicates/scan/task.ts'
import { upkeepTask } from './duplicates/scan/upkeep.ts'
import { CatalogueCache } from './entities/catalogue.ts'
import { type SystemType, systemTypes } from './entities/types.ts'
import { exportTask } from './exports/task.ts'
import { removeUnusedFiles } from './files/clean-up.ts'
import { openStore, type StoreOptions } from './files/open-store.ts'
import { pruneTask } from './history/prune.ts'
import { scrubTask } from './history/scrub.ts'
import { cleanAnswersTask } from './idempotency/clean-answers.ts'
import { type ImportContext, importTask } from './imports/task.ts'
import { JobQueue } from './jobs/queue.ts'
import type { Task } from './jobs/task.ts'
import { mergeAfterScan } from './merging/automatic/start.ts'
import { mergeTask } from './merging/automatic/task.ts'
import { removalTask } from './pipelines/api/removal.ts'
import { emptyTask, purgeTask } from './recycle-bin/tasks.ts'
import { AccessMaker } from './rights/access.ts'
import type { LimitsOf } from './rights/limits.ts'
import { indexTask } from './user-fields/make-indexes.ts'

/** The context that all tasks need together. */
export type TasksContext = ImportContext & ScanContext & ScheduledReportContext

/** All background tasks. */
export const tasks: readonly Task<object, TasksContext>[] = [
  ...[importTask, exportTask, bulkTask, revertTask, leadModeTask, removalTask, entryRemovalTask],
  ...[indexTask, scrubTask, cleanAnswersTask, removeUnusedFiles],
  ...[upkeepTask, scanTask, mergeTask],
  ...[reportScheduleTask, scheduledReportTask],
  ...[emptyTask, purgeTask, pruneTask, pruneAuditTask],
]

/** Creates the context of the tasks for a process of its own. */
export function tasksContext({
  db,
  types = systemTypes,
  limitsOf,
  importRowsPerSecond,
  analyticsTime = 2000,
  queue = new JobQueue(db),
  ...store
}: StoreOptions & {
  db: Database
  importRowsPerSecond?: number
  /** Maximum time for calculating a scheduled report, in milliseconds. */
  analyticsTime?: number
  queue?: JobQueue
  types?: readonly SystemType[]
  limitsOf?: LimitsOf
}): TasksContext {
  return {
    db,
    files: openStore(store),
    queue,
    onCreatedOf: convertNewLeads,
    afterScan: mergeAfterScan,
    importRowsPerSecond,
    analyticsTime,
    access: new AccessMaker(db, new CatalogueCache(db, types), limitsOf),
  }
}
