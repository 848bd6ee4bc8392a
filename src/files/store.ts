import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { storageFull } from '../errors/database-errors.ts'
import { Problem } from '../errors/problem.ts'

/** A range of bytes, both ends included. */
export interface ByteRange {
  start: number
  end: number
}

/** A store of file content. All processes that share a database share the store. */
export interface FileStore {
  /**
   * Stores a stream. A broken stream may leave bytes until `remove` is called. Throws `file_store_unavailable`,
   * `storage_full`.
   */
  write(location: string, bytes: AsyncIterable<Buffer>): Promise<void>
  /** Opens the stored bytes or a range of them. Throws `BytesMissing`, `file_store_unavailable`. */
  open(location: string, range?: ByteRange): Promise<Readable>
  /** Removes the bytes and unfinished uploads of a location, if there are any. Throws `file_store_unavailable`. */
  remove(location: string): Promise<void>
}

/** The error of an empty location: the file was just deleted, or the store has lost it. */
export class BytesMissing extends Error {
  override name = 'BytesMissing'
}

/** Returns a random location for new bytes. */
export function newLocation(): string {
  const name = randomUUID()
  // Subfolders, because tools are slow in a folder with a million entries.
  return `${name.slice(0, 2)}/${name}`
}

/** Returns the problem of a failing store. Its cause is logged. */
export function storeUnavailable(cause: unknown): Problem {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(String((cause as { code?: unknown }).code))
  const problem = isFull
    ? storageFull()
    : new Problem('file_store_unavailable', {}, { headers: { 'retry-after': '5' } })
  problem.cause = cause
  return problem
}

/** Yields the bytes of a location. The store is opened when the first chunk is read. */
export async function* bytesAt(files: FileStore, location: string): AsyncGenerator<Buffer, void, undefined> {
  yield* (await files.open(location)) as AsyncIterable<Buffer>
}
