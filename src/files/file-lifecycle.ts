import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { contentTypeOf, tellingBytes } from './content-type.ts'
import { unused } from './references.ts'
import { type FileStore, newLocation } from './store.ts'

/** What keeping files stands on. */
export interface FileKeeping {
  db: Database
  files: FileStore
}

/** Bytes in the store, and what is known of them. */
export interface StoredBytes {
  location: string
  size: number
  sha256: string
  /** The first of them. */
  start: Buffer
}

/** Stored bytes on their way to become a file. */
export interface NewFile extends StoredBytes {
  name: string
  /** What they are said to be. */
  declaredType: string | null
}

/**
 * Stores bytes that no file has yet. Their place is noted before the first of them is written: whatever happens to this
 * process, they become a file whole, or are removed later. Throws payload_too_large, file_store_unavailable.
 */
export async function storeBytes(
  { db, files }: FileKeeping,
  bytes: AsyncIterable<Buffer>,
  limit: number,
): Promise<StoredBytes> {
  const location = newLocation()
  await db.insertInto('local.file_leftover').values({ location, remove_after: sql`now() + interval '1 day'` }).execute()
  const measure = new Measure(limit)
  try {
    await files.write(location, measure.pass(bytes))
    return { location, ...measure.result() }
  } catch (error) {
    await clear({ db, files }, location)
    // The store has no part in it when the stream was cut or too long.
    throw measure.fault ?? error
  }
}

/** Makes stored bytes a file, in the transaction of what it is for. */
export async function createFile(
  trx: Transaction,
  { location, name, size, sha256, start, declaredType }: NewFile,
  { purpose, userId }: { purpose: 'upload' | 'import'; userId: number },
): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('local.file_leftover')
    .where('location', '=', location)
    .executeTakeFirst()
  // Whoever sends a file for more than a day finds it removed.
  if (!numDeletedRows) throw new Problem('request_timeout')
  const { id } = await trx
    .insertInto('file')
    .values({
      ...{ location, name, size, sha256, purpose, created_by: userId, declared_type: declaredType },
      content_type: contentTypeOf(start, declaredType),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * Deletes those of the files, which the transaction has locked, that nothing names, and answers where their bytes are:
 * to be cleared once the transaction is committed.
 */
export async function deleteFiles(trx: Transaction, ids: readonly number[]): Promise<string[]> {
  const { rows } = await sql<{ location: string }>`
    with gone as (delete from file where id = any(${ids}) and ${unused} returning location)
    insert into local.file_leftover (location, remove_after) select location, now() from gone returning location`.execute(
    trx,
  )
  return rows.map(({ location }) => location)
}

/** Removes bytes that no file has. What fails now is done by the task that removes leftovers. */
export async function clear({ db, files }: FileKeeping, location: string): Promise<void> {
  try {
    await files.remove(location)
    await db.deleteFrom('local.file_leftover').where('location', '=', location).execute()
  } catch {}
}

/** Counts and digests the bytes that pass, and stops them at the limit. */
class Measure {
  /** What went wrong on the side that the bytes come from. */
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
      if (this.#start.length < tellingBytes) this.#start = Buffer.concat([this.#start, chunk]).subarray(0, tellingBytes)
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
