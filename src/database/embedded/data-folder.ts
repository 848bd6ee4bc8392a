import { existsSync } from 'node:fs'
import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isRoot } from './owner.ts'
import { hasCode } from './programs.ts'

/** DATA_DIR cannot be used. The message gives the reason and the solution. */
export class DataFolderFault extends Error {
  override name = 'DataFolderFault'

  constructor(path: string, reason: string) {
    super(`The data folder ${path} cannot be used: ${reason}. Set DATA_DIR.`)
  }
}

/** Creates the data folder if it is missing. Returns its path without symbolic links. Throws DataFolderFault. */
export async function makeDataFolder(path: string): Promise<string> {
  try {
    const isMade = await makeFolders(resolve(path))
    // The account of the embedded server must be able to enter the folder, regardless of the umask.
    if (isMade && isRoot()) await chmod(path, 0o711)
    if ((await stat(path)).isDirectory()) return await realpath(path)
  } catch (error) {
    throw new DataFolderFault(path, (error as Error).message)
  }
  throw new DataFolderFault(path, 'it is not a folder')
}

/** Creates the data folder and checks that this process can write to it. Throws DataFolderFault. */
export async function makeWritableDataFolder(path: string): Promise<void> {
  const folder = await makeDataFolder(path)
  await access(folder, constants.W_OK | constants.X_OK).catch((error: Error) => {
    throw new DataFolderFault(path, error.message)
  })
}

/** Creates missing folders. Returns whether any was missing. Node's `recursive` never ends under /proc. */
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
