import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { contentTypeOf, signatureLength } from './content-type.ts'
import { isUnreferenced } from './references.ts'
import { type FileStore, newLocation } from './store.ts'

/** The context of functions that store files. */
export interface FileContext {
  db: Database
  files: FileStore
}

/** Stored bytes with their properties. */
export interface StoredBytes {
  location: string
  size: number
  sha256: string
  /** The first bytes, for the signature. */
  start: Buffer
}

/** Stored bytes that become a file. */
export interface NewFile extends StoredBytes {
  name: string
  /** The media type that the upload declared. */
  declaredType: string | null
}

/**
 * Stores bytes that belong to no file yet. Their location is recorded first, so that the bytes of a crashed upload are
 * removed later. Throws `payload_too_large`, `file_store_unavailable`.
 */
export async function storeBytes(
  { db, files }: FileContext,
  bytes: AsyncIterable<Buffer>,
  limit: number,
  location = newLocation(),
): Promise<StoredBytes> {
  await db.insertInto('local.file_leftover').values({ location, remove_after: sql`now() + interval '1 day'` }).execute()
  const measure = new Measure(limit)
  try {
    await files.write(location, measure.pass(bytes))
    return { location, ...measure.result() }
  } catch (error) {
    await removeBytes({ db, files }, location)
    // When the stream broke or was too long, that error counts and not the store's.
    throw measure.fault ?? error
  }
}

/**
 * Creates a file from stored bytes, in the transaction of the write that uses it. Returns its id. Throws
 * `request_timeout`.
 */
export async function createFile(
  trx: Transaction,
  { location, name, size, sha256, start, declaredType }: NewFile,
  { purpose, userId }: { purpose: 'upload' | 'import' | 'job'; userId: number },
): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('local.file_leftover')
    .where('location', '=', location)
    .executeTakeFirst()
  // An upload that takes longer than a day has been removed by the clean-up.
  if (!numDeletedRows) throw new Problem('request_timeout')
  const { id } = await trx
    .insertInto('file')
    .values({
      location,
      name,
      size,
      sha256,
      purpose,
      created_by: userId,
      declared_type: declaredType,
      content_type: contentTypeOf(start, declaredType),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * Deletes the given files that nothing references; the transaction must have locked them. Returns the locations of
 * their bytes, to be cleared after the commit.
 */
export async function deleteFiles(trx: Transaction, ids: readonly number[]): Promise<string[]> {
  const { rows } = await sql<{ location: string }>`
    with gone as (delete from file where id = any(${ids}) and ${isUnreferenced} returning location)
    insert into local.file_leftover (location, remove_after) select location, now() from gone returning location`.execute(
    trx,
  )
  return rows.map(({ location }) => location)
}

/** Removes bytes that belong to no file. If this fails, the clean-up task removes them later. */
export async function removeBytes({ db, files }: FileContext, location: string): Promise<void> {
  try {
    await files.remove(location)
    await db.deleteFrom('local.file_leftover').where('location', '=', location).execute()
  } catch {}
}

/** Measures and hashes a stream, and stops it at the limit. */
class Measure {
  /** The error of the source stream. */
  fault: unknown
  readonly #hash = createHash('sha256')
  readonly #limit: number
  #start = Buffer.alloc(0)
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  async *pass(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    const source = bytes[Symbol.asyncIterator]()
    try {
      for (;;) {
        const chunk = await this.#next(source)
        if (!chunk) return
        yield chunk
      }
    } finally {
      await source.return?.()
    }
  }

  async #next(source: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
    try {
      const { done, value: chunk } = await source.next()
      if (done) return
      this.#size += chunk.length
      if (this.#size > this.#limit) throw new Problem('payload_too_large', { limit: this.#limit })
      this.#hash.update(chunk)
      if (this.#start.length < signatureLength)
        this.#start = Buffer.concat([this.#start, chunk]).subarray(0, signatureLength)
      return chunk
    } catch (error) {
      this.fault = error
      throw error
    }
  }

  result(): Omit<StoredBytes, 'location'> {
    return { size: this.#size, sha256: this.#hash.digest('hex'), start: this.#start }
  }
}
