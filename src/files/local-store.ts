import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { BytesMissing, type FileStore, storeUnavailable } from './store.ts'

/** Returns a store in a local folder. Processes of the same system user can share it; other users have no access. */
export function localFiles(folder: string): FileStore {
  const pathOf = (location: string) => join(folder, location)
  return {
    async write(location, bytes) {
      const path = pathOf(location)
      await attempt(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        // Opened before the first byte is read: a write stream that opens the file itself may do so after it was
        // removed.
        const file = await open(path, 'wx', 0o600)
        // Flushed to disk, so that a committed row never names a file that a crash has lost.
        await pipeline(bytes, file.createWriteStream({ flush: true }))
      })
    },
    open: (location, range) => attempt(async () => (await open(pathOf(location))).createReadStream(range)),
    remove: (location) => attempt(() => rm(pathOf(location), { force: true })),
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw (error as { code?: unknown }).code === 'ENOENT' ? new BytesMissing() : storeUnavailable(error)
  }
}
