import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { makeDataFolder } from './data-folder.ts'
import { EmbeddedFault, faultOf } from './fault.ts'
import { chooseOwner, isRoot, type Owner, runAs } from './owner.ts'
import { findPrograms, hasCode, type Programs } from './programs.ts'
import { superuser } from './role.ts'

/** A Postgres cluster on disk that is ready to start. */
export interface Cluster {
  dataDir: string
  folder: string
  /** The folder of the socket. */
  socket: string
  owner: Owner
  programs: Programs
}

/** Finds or creates the cluster of a data folder, and checks that the embedded Postgres can run it. */
export async function prepareCluster(path: string, fast: boolean): Promise<Cluster> {
  const programs = await findPrograms()
  const dataDir = await makeDataFolder(path)
  const folder = join(dataDir, 'postgres')
  let owner = await chooseOwner(dataDir, folder, programs)
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    await makeCluster(folder, owner, programs, fast)
    // Another process may have created it first, with another owner.
    owner = await chooseOwner(dataDir, folder, programs)
  }
  await checkVersion(folder, owner, programs)
  return { dataDir, folder, socket: await socketFolder(folder, owner), owner, programs }
}

/** Creates the cluster in a draft folder and renames it, so that the cluster folder is always complete. */
async function makeCluster(folder: string, owner: Owner, programs: Programs, fast: boolean): Promise<void> {
  await removeAbandoned(folder)
  const draft = await mkdtemp(`${folder}${draftMark}`).catch((error: unknown) => {
    throw cannotMake(folder, error)
  })
  try {
    if (isRoot()) await chown(draft, owner.uid, owner.gid)
    await runAs(owner, programs.initdb, ['-D', draft, ...clusterSettings, ...(fast ? fastCluster : [])])
    await rename(draft, folder)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw cannotMake(folder, error)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  if (existsSync(join(folder, 'PG_VERSION'))) return
  throw new EmbeddedFault(`${folder} is not a Postgres cluster. Move it away or set DATA_DIR.`)
}

// Code point order and Unicode case rules are the same on every machine, and pg_trgm supports Cyrillic letters.
const clusterSettings = [
  ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  process.platform === 'darwin' ? '--locale=en_US.UTF-8' : '--locale=C.UTF-8',
  ...[`--username=${superuser}`, '--auth=trust', '--no-instructions'],
]
const fastCluster = ['--no-sync', '--no-data-checksums']

function cannotMake(folder: string, error: unknown): EmbeddedFault {
  const { message, stderr } = error as Error & { stderr?: string }
  const reason = stderr || message
  const cure = reason.includes('could not look up')
    ? '. Start as a user with an entry in /etc/passwd, or set DATABASE_URL to your own Postgres.'
    : ''
  return faultOf(`The cluster ${folder} cannot be created`, reason, cure)
}

const draftMark = '.new-'
const abandonedAfter = 600_000

/** Deletes drafts of processes that died while creating a cluster, which takes seconds. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder)
  for (const name of await readdir(parent)) {
    if (!name.startsWith(basename(folder) + draftMark)) continue
    const { mtimeMs } = await stat(join(parent, name))
    if (Date.now() - mtimeMs > abandonedAfter) await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function checkVersion(folder: string, owner: Owner, programs: Programs): Promise<void> {
  const printed = await runAs(owner, programs.postgres, ['-V']).catch((error: Error) => {
    throw new EmbeddedFault(
      `The embedded Postgres does not run on this system: ${error.message.trim()}. ` +
        'It needs glibc 2.27 or newer. Otherwise set DATABASE_URL to your own Postgres.',
    )
  })
  const ours = /\d+/.exec(printed)?.[0]
  const theirs = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  if (ours === theirs) return
  throw new EmbeddedFault(
    `${folder} was created by Postgres ${theirs}, but the embedded version is Postgres ${ours}. Use the release of ` +
      `Kartoteka that created it, or run it with your own Postgres ${theirs} and set DATABASE_URL.`,
  )
}

// Maximum length of a socket path: 103 bytes on macOS, 107 on Linux.
const longestSocket = 103

/** Returns the cluster folder, or a temporary folder named by a hash of its path when that is too long for a socket. */
async function socketFolder(folder: string, owner: Owner): Promise<string> {
  const fits = Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= longestSocket
  // The setting is a list, in which commas and quotes have a special meaning.
  if (fits && !/[,"]/.test(folder)) return folder
  const path = join(tmpdir(), `kartoteka-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`)
  try {
    await mkdir(path, { mode: 0o700 })
    if (isRoot()) await chown(path, owner.uid, owner.gid)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  const found = await lstat(path)
  // Between mkdir and chown of another process the folder belongs to root, which is also safe.
  if (found.isDirectory() && (found.mode & 0o077) === 0 && [owner.uid, process.getuid?.()].includes(found.uid))
    return path
  throw new EmbeddedFault(`The socket folder ${path} belongs to another user. Remove it or choose a shorter DATA_DIR.`)
}
