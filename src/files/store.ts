import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../http/problem.ts'

/** What is known of bytes that were stored. */
export interface StoredFile {
  /** Finds them in the store again. */
  location: string
  size: number
  sha256: string
}

/** Where files are kept: imports, exports, attachments. All processes that share a database share the store. */
export interface FileStore {
  /** Stores a stream whole or not at all. Throws payload_too_large. */
  write(bytes: AsyncIterable<Buffer>, limit: number): Promise<StoredFile>
  open(location: string): Readable
  /** Removes a file, if it is there. */
  remove(location: string): Promise<void>
}

/** Uploads that lie unfinished for so long were left by a process that was killed. */
const abandonedAfter = 24 * 3_600_000

/** A store in a local folder, which several processes may share. */
export function localFiles(folder: string): FileStore {
  const incoming = join(folder, 'incoming')
  const pathOf = (location: string) => join(folder, location)
  let ready: Promise<unknown> | undefined
  return {
    async write(bytes, limit) {
      ready ??= mkdir(incoming, { recursive: true }).then(() => removeAbandoned(incoming))
      await ready
      const name = randomUUID()
      const unfinished = join(incoming, name)
      const measure = new Measure(limit)
      try {
        // Flushed to the disk: the row that names the file must not outlive it.
        await pipeline(measure.pass(bytes), createWriteStream(unfinished, { flush: true }))
        const location = `${name.slice(0, 2)}/${name}`
        await mkdir(dirname(pathOf(location)), { recursive: true })
        await rename(unfinished, pathOf(location))
        return { location, ...measure.result() }
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    },
    open: (location) => createReadStream(pathOf(location)),
    remove: (location) => rm(pathOf(location), { force: true }),
  }
}

/** Counts and digests the bytes that pass, and stops them at the limit. */
class Measure {
  readonly #hash = createHash('sha256')
  readonly #limit: number
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  async *pass(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of bytes) {
      this.#size += chunk.length
      if (this.#size > this.#limit) throw new Problem('payload_too_large', { limit: this.#limit })
      this.#hash.update(chunk)
      yield chunk
    }
  }

  result(): Pick<StoredFile, 'size' | 'sha256'> {
    return { size: this.#size, sha256: this.#hash.digest('hex') }
  }
}

async function removeAbandoned(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name)
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > abandonedAfter) await rm(path, { force: true })
  }
}
