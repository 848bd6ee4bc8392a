import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { type FileReader, isReadableFile } from '../records/query/readable-files.ts'
import type { Access } from '../rights/access.ts'
import { deleteFiles } from './file-lifecycle.ts'
import type { FileDocument } from './schemas.ts'

/** A file with the location of its bytes. */
export type FoundFile = Omit<FileDocument, 'links'> & { location: string }

/** Returns the caller as a file reader. */
export function readerOf({ caller, catalogue, administers, linked }: Access): FileReader {
  return { userId: caller.userId, seesEverything: administers, catalogue, of: linked }
}

/** Returns a file with its path and that of its bytes. */
export function withLinks<File extends { id: number }>(file: File): File & Pick<FileDocument, 'links'> {
  const self = `/v1/files/${file.id}`
  return { ...file, links: { self, content: `${self}/content` } }
}

/** Returns the files that the reader can see. */
export function readableFiles(reader: FileReader): RawBuilder<FoundFile> {
  return sql`select id, name, size, content_type as "contentType", declared_type as "declaredType", sha256,
      created_by as "createdBy", instant(created_at) as "createdAt", location
    from file where purpose = 'upload' and ${isReadableFile(reader)}`
}

/**
 * Returns a file that the reader can see. Throws `file_not_found` when it does not exist or the reader cannot see it.
 */
export async function findFile(db: Database, reader: FileReader, id: number): Promise<FoundFile> {
  const { rows } = await sql<FoundFile>`${readableFiles(reader)} and file.id = ${id}`.execute(db)
  if (!rows[0]) throw new Problem('file_not_found', { id })
  return rows[0]
}

/**
 * Deletes a file that nothing references. Returns the location of its bytes, to be cleared after the commit. Throws
 * `file_not_found`, `forbidden`, `in_use`.
 */
export async function deleteFile(trx: Transaction, reader: FileReader, id: number): Promise<string> {
  await sql`select id from file where id = ${id} for update`.execute(trx)
  const { name, createdBy } = await findFile(trx, reader, id)
  if (!reader.seesEverything && createdBy !== reader.userId) {
    throw new Problem('forbidden', { operation: 'delete', type: 'file' })
  }
  const [location] = await deleteFiles(trx, [id])
  if (location === undefined) throw new Problem('in_use', { what: name })
  return location
}
