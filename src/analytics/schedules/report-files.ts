import { Problem } from '../../errors/problem.ts'
import type { JobFileRule } from '../../files/job-file.ts'
import { areWithin, type Scopes } from '../../people/scopes.ts'
import { rightsMark } from '../../rights/rights-mark.ts'
import { bytes, ref } from '../../schema/build.ts'
import { mediaTypes } from '../forms/choose-form.ts'
import { ScheduledReport } from '../saved/schemas.ts'
import { scheduledReportTask } from './scheduled-report.ts'

/**
 * The owner of a report can fetch its file with the rights with which it was calculated. Its numbers do not tell which
 * records they count, so any change of rights closes it. Throws `report_rights_differ`.
 */
export const reportFiles: JobFileRule = {
  task: scheduledReportTask,
  content: {
    [mediaTypes.json]: { schema: ref(ScheduledReport) },
    [mediaTypes.csv]: { schema: bytes<never>('CSV (RFC 4180).') },
    [mediaTypes.svg]: { schema: bytes<never>('A chart with a title and a description.') },
  },
  async check(db, { administers, caller }, { id, scopes }) {
    if (administers) return null
    const { rights } = await db
      .selectFrom('local.scheduled_report')
      .select('rights')
      .where('job_id', '=', id)
      .executeTakeFirstOrThrow()
    // Jobs store the scopes of keys, which were checked.
    const isWithin = areWithin(scopes as Scopes, caller.scopes)
    if (!isWithin || rights !== (await rightsMark(db, caller.userId))) throw new Problem('report_rights_differ')
    return null
  },
}
