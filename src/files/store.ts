import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { storageFull } from '../errors/database-errors.ts'
import { Problem } from '../errors/problem.ts'

/** Bytes of a file from the one to the other, both included. */
export interface ByteRange {
  start: number
  end: number
}

/** Where the bytes of files are kept. All processes that share a database share the store. */
export interface FileStore {
  /** Stores a stream; where it breaks, something may be left until it is removed. Throws file_store_unavailable, storage_full. */
  write(location: string, bytes: AsyncIterable<Buffer>): Promise<void>
  /** Opens what is stored, or a part of it. Throws BytesMissing, file_store_unavailable. */
  open(location: string, range?: ByteRange): Promise<Readable>
  /** Removes what lies there, half an upload included, if anything does. Throws file_store_unavailable. */
  remove(location: string): Promise<void>
}

/** Nothing lies at the location: its file was deleted a moment ago, or the store has lost it. */
export class BytesMissing extends Error {
  override name = 'BytesMissing'
}

/** A place for new bytes. */
export function newLocation(): string {
  const name = randomUUID()
  // A folder with a million entries is a burden for those who look at it.
  return `${name.slice(0, 2)}/${name}`
}

/** The refusal of whoever needs the store while it does not work; the log tells why. */
export function storeUnavailable(cause: unknown): Problem {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(String((cause as { code?: unknown }).code))
  const problem = isFull
    ? storageFull()
    : new Problem('file_store_unavailable', {}, { headers: { 'retry-after': '5' } })
  problem.cause = cause
  return problem
}

/** The bytes of a location from the first to the last, opened when the first is asked for. */
export async function* bytesAt(files: FileStore, location: string): AsyncGenerator<Buffer, void, undefined> {
  yield* (await files.open(location)) as AsyncIterable<Buffer>
}
