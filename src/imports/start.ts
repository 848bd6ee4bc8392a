import type { Dialect } from '../csv/dialect.ts'
import { type SniffedDialect, sniffDialect } from '../csv/dialect.ts'
import { type Encoding, markOf } from '../csv/encoding.ts'
import { CsvSyntaxFault } from '../csv/fault.ts'
import { readHeader } from '../csv/read.ts'
import { foreignFormat, foreignFormats } from '../csv/sniff.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { invalid, Problem } from '../errors/problem.ts'
import { createFile, type FileContext, type NewFile, removeBytes } from '../files/file-lifecycle.ts'
import { bytesAt } from '../files/store.ts'
import { answerIndex } from '../idempotency/once.ts'
import type { JobCreator } from '../jobs/job.ts'
import { queueJob } from '../jobs/job-task.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Grant } from '../rights/grant.ts'
import { mapFile } from './map-file.ts'
import type { ImportOptions } from './plan.ts'
import { sampleRows } from './survey.ts'
import { importTask } from './task.ts'

/** The dependencies of `startImport`. */
export interface ImportDependencies extends FileContext {
  queue: JobQueue
}

/** A received file, its import options, and who sent it. */
export interface Upload {
  file: NewFile
  options: ImportOptions
  /** The encoding named by the content type. */
  charset: Encoding | undefined
  creator: JobCreator
}

/**
 * Starts the import of a received file. `finish` starts the job, unless an earlier request did, and returns the
 * response. Deletes the file if no job was started. Throws unsupported_import_format, validation_failed.
 */
export async function startImport<T>(
  { db, files, queue }: ImportDependencies,
  grant: Grant,
  upload: Upload,
  finish: (trx: Transaction, start: () => Promise<number>) => Promise<T>,
): Promise<T> {
  let isStarted = false
  try {
    const { dialect } = await inspect(files, upload)
    if (upload.options.mapping)
      await checkMapping(grant, () => bytesAt(files, upload.file.location), dialect, upload.options)
    // Before the transaction, which may hold the only connection.
    await queue.prepare(importTask)
    const work = async (trx: Transaction) => {
      isStarted = false
      return await finish(trx, async () => {
        isStarted = true
        return await noteImport(trx, queue, grant, upload, dialect)
      })
    }
    return await inTransaction(db, work, { retryOnUnique: [answerIndex] })
  } catch (error) {
    isStarted = false
    throw error
  } finally {
    if (!isStarted) await removeBytes({ db, files }, upload.file.location)
  }
}

/** Throws the faults of the caller's mapping. A file that cannot be read fails as a job, which names the line. */
async function checkMapping(
  grant: Grant,
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
  options: ImportOptions,
): Promise<void> {
  try {
    mapFile(grant, await readHeader(open, dialect), { options, sample: await sampleRows(open, dialect) })
  } catch (error) {
    if (!(error instanceof CsvSyntaxFault)) throw error
  }
}

/** Stores the job of an import with its file. */
async function noteImport(
  trx: Transaction,
  queue: JobQueue,
  grant: Grant,
  upload: Upload,
  dialect: Dialect,
): Promise<number> {
  const jobId = await queueJob(trx, queue, importTask, { creator: upload.creator })
  const fileId = await createFile(trx, upload.file, { purpose: 'import', userId: grant.userId })
  await trx
    .insertInto('local.import')
    .values({
      job_id: jobId,
      type_id: grant.type.id,
      file_id: fileId,
      dialect: JSON.stringify(dialect),
      options: JSON.stringify(upload.options),
    })
    .execute()
  return jobId
}

const headBytes = 65_536

/** Detects the CSV dialect of a file. Throws unsupported_import_format for other formats. */
export async function inspect(
  files: FileContext['files'],
  { file, options, charset }: Pick<Upload, 'file' | 'options' | 'charset'>,
): Promise<SniffedDialect> {
  const open = () => bytesAt(files, file.location)
  const head = await beginning(open())
  const format = foreignFormat(head)
  if (format) throw new Problem('unsupported_import_format', { format: foreignFormats[format] })
  // A byte order mark is more reliable than the charset of the content type.
  const encoding = options.dialect?.encoding ?? markOf(head) ?? charset
  const sniffed = await sniffDialect(open, { ...options.dialect, ...(encoding && { encoding }) })
  const isBlank = file.size <= headBytes && !new TextDecoder(sniffed.dialect.encoding).decode(head).trim()
  if (isBlank) throw invalid([{ pointer: '', code: 'empty_file' }])
  return sniffed
}

async function beginning(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= headBytes) break
  }
  return Buffer.concat(chunks).subarray(0, headBytes)
}
