import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { mostAttachments } from '../entities/attachments.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { missingReference } from '../records/query/merged-records.ts'
import { isReadableFile, lockedFiles } from '../records/query/readable-files.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { countAttached, readAttached } from './attached-files.ts'
import { lockRecord, type NamedFile, saveAttachments } from './save-attachments.ts'
import type { AttachedFile } from './schemas.ts'

/** Files to attach, and where the request names them. */
export interface NewAttachments {
  pointer: string
  /** Each with the place of its id in the request. */
  files: readonly { id: number; pointer: string }[]
}

/** The attached files in the order of the request, and whether any of them was not attached before. */
export interface Attached {
  files: AttachedFile[]
  isNew: boolean
}

/**
 * Attaches files to a record that the caller may change. A file that is attached already stays as it is. Throws the
 * problems of the record, and a fault for each file that the caller may not read.
 */
export async function attachFiles(
  trx: Transaction,
  writing: WriteContext,
  id: number,
  { pointer, files }: NewAttachments,
): Promise<Attached> {
  const { grant } = writing
  const record = await lockRecord(trx, grant, id)
  const named = await lockFiles(trx, writing, files)
  const fileIds = [...named.keys()]
  const before = await readAttached(trx, grant, { id, fileIds })
  const added = [...named.values()].filter((file) => !before.has(file.id))
  if (added.length) {
    const room = mostAttachments - (await countAttached(trx, grant, id))
    const tooMany = { code: 'too_many_attachments', params: { limit: mostAttachments } } as const
    if (added.length > room) throw invalid([{ pointer, ...tooMany }])
    await saveAttachments(trx, writing, record, { added })
  }
  const after = added.length ? await readAttached(trx, grant, { id, fileIds }) : before
  return { files: fileIds.map((fileId) => after.get(fileId)!), isNew: added.length > 0 }
}

/**
 * Detaches a file from a record that the caller may change, and returns it. Throws the problems of the record,
 * and `file_not_attached`.
 */
export async function detachFile(
  trx: Transaction,
  writing: WriteContext,
  { id, fileId }: { id: number; fileId: number },
): Promise<AttachedFile> {
  const record = await lockRecord(trx, writing.grant, id)
  const file = (await readAttached(trx, writing.grant, { id, fileIds: [fileId] })).get(fileId)
  if (!file) throw new Problem('file_not_attached', { id, fileId })
  const { name, size } = file
  await saveAttachments(trx, writing, record, { removed: [{ id: fileId, name, size }] })
  return file
}

/** Locks the files that the caller may refer to, and returns them in the order of the request. */
async function lockFiles(
  trx: Transaction,
  { grant }: WriteContext,
  files: NewAttachments['files'],
): Promise<Map<number, NamedFile>> {
  const ids = files.map(({ id }) => id)
  const { rows } = await sql<NamedFile & { visible: boolean }>`${lockedFiles(ids, isReadableFile(grant))}`.execute(trx)
  const found = new Map(rows.flatMap(({ visible, ...file }) => (visible ? [[file.id, file] as const] : [])))
  const faults = files.flatMap(({ id, pointer }): Fault[] =>
    found.has(id) ? [] : [{ pointer, ...missingReference('file', id, undefined) }],
  )
  if (faults.length) throw invalid(faults)
  return new Map(ids.map((id) => [id, found.get(id)!]))
}
