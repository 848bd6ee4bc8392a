import { existsSync } from 'node:fs'
import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isRoot } from './embedded-owner.ts'
import { hasCode } from './embedded-programs.ts'

/** The folder of DATA_DIR cannot be used; the message says why, and what to do about it. */
export class DataFolderFault extends Error {
  override name = 'DataFolderFault'

  constructor(path: string, reason: string) {
    super(`The data folder ${path} cannot be used: ${reason}. Set DATA_DIR.`)
  }
}

/** Makes the data folder when it is missing. Answers its path without links. Throws DataFolderFault. */
export async function makeDataFolder(path: string): Promise<string> {
  try {
    const isMade = await makeFolders(resolve(path))
    // The account of the embedded server must pass, whatever the umask is; it need not look round.
    if (isMade && isRoot()) await chmod(path, 0o711)
    if ((await stat(path)).isDirectory()) return await realpath(path)
  } catch (error) {
    throw new DataFolderFault(path, (error as Error).message)
  }
  throw new DataFolderFault(path, 'it is not a folder')
}

/** The same, for a process that keeps files there itself. */
export async function makeWritableDataFolder(path: string): Promise<void> {
  const folder = await makeDataFolder(path)
  await access(folder, constants.W_OK | constants.X_OK).catch((error: Error) => {
    throw new DataFolderFault(path, error.message)
  })
}

/** Whether there was anything to make. Node's own `recursive` never ends under a folder like /proc, which takes none. */
async function makeFolders(path: string): Promise<boolean> {
  const missing: string[] = []
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder)
  for (const folder of missing) {
    await mkdir(folder).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error
    })
  }
  return missing.length > 0
}
