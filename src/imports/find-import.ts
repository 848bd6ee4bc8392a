import type { Dialect } from '../csv/dialect.ts'
import type { Database } from '../database/connect.ts'
import { bytesAt, type FileStore } from '../files/store.ts'
import type { ImportOptions } from './plan.ts'
import type { Readings } from './survey.ts'

/** A stored import. */
export interface StoredImport {
  typeCode: string
  /** The name of the file. */
  name: string
  dialect: Dialect
  options: ImportOptions
  /** How the columns are read; null until the file has been looked through. */
  readings: Readings | null
  open(): AsyncIterable<Buffer>
}

/** Returns the import of a job, if it is one. */
export async function findImport(db: Database, files: FileStore, jobId: number): Promise<StoredImport | undefined> {
  const found = await db
    .selectFrom('local.import as import')
    .innerJoin('file', 'file.id', 'import.file_id')
    .innerJoin('record_type', 'record_type.id', 'import.type_id')
    .select(['record_type.code as typeCode', 'import.dialect', 'import.options', 'import.readings'])
    .select(['file.location', 'file.name'])
    .where('job_id', '=', jobId)
    .executeTakeFirst()
  return (
    found && {
      typeCode: found.typeCode,
      name: found.name,
      // `startImport` stores only checked values.
      dialect: found.dialect as Dialect,
      options: found.options as ImportOptions,
      readings: found.readings as Readings | null,
      open: () => bytesAt(files, found.location),
    }
  )
}
