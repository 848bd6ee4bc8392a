import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { BytesMissing, type FileStore, storeUnavailable } from './store.ts'

/** A store in a local folder, which several processes of one user may share: others of the machine have no access. */
export function localFiles(folder: string): FileStore {
  const pathOf = (location: string) => join(folder, location)
  return {
    async write(location, bytes) {
      const path = pathOf(location)
      await attempt(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        // Made before the first byte is read: a stream that makes it may do so when the file has been removed already.
        const file = await open(path, 'wx', 0o600)
        // Flushed to the disk: the row that names the file must not outlive it.
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
