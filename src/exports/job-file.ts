import { Problem } from '../errors/problem.ts'
import { jobFileDays } from '../files/clean-up.ts'
import type { JobFileRule } from '../files/job-file.ts'
import { bytes } from '../schema/build.ts'
import { requireExport } from './require.ts'
import { exportTask } from './task.ts'

/**
 * Exports can be fetched by those who may export records of the type and read all fields in the file. Throws
 * `export_fields_hidden`, and the refusals of exports.
 */
export const exportFiles: JobFileRule = {
  task: exportTask,
  content: {
    'text/csv': { schema: bytes<never>('CSV (RFC 4180).') },
    'application/gzip': { schema: bytes<never>('The same, compressed with gzip.') },
  },
  async check(db, access, { id, result }) {
    const row = await db
      .selectFrom('local.export as export')
      .innerJoin('record_type', 'record_type.id', 'export.type_id')
      .select(['export.fields', 'record_type.code as typeCode'])
      .where('export.job_id', '=', id)
      .executeTakeFirst()
    // The type was deleted.
    if (!row) throw new Problem('job_file_not_found', { id, days: jobFileDays })
    const { fields, typeCode } = row
    const { type, readable } = requireExport(access, typeCode)
    const readableKeys = new Set([...readable.values()].map(({ key }) => key))
    const isHidden = type.fields.some(({ key }) => fields?.includes(key) && !readableKeys.has(key))
    if (isHidden) throw new Problem('export_fields_hidden')
    return { type: typeCode, rows: Number(result.rows) }
  },
}
