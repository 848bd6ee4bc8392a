import { execFile, type SpawnOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedFault } from './fault.ts'
import type { Programs } from './programs.ts'

const execute = promisify(execFile)

/** The account that the server runs as. Postgres refuses to run as root. */
export interface Owner {
  uid: number
  gid: number
  /** Prefix of a command line: empty, or the command that enters a user namespace where root has another uid. */
  prefix: readonly string[]
}

/** Returns the `spawn` options to run a program as the owner. */
export function spawnAs(owner: Owner): SpawnOptions & { cwd: string; env: NodeJS.ProcessEnv } {
  const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
  return {
    ...(isRoot() && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : {}),
    // The owner may have no access to the current folder, and PG* variables of the shell would change the server.
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: locale },
  }
}

/** Runs a program as the owner and returns its output. */
export async function runAs(owner: Owner, program: string, args: readonly string[]): Promise<string> {
  const [file, ...rest] = [...owner.prefix, program, ...args] as [string, ...string[]]
  const { cwd, env, uid, gid } = spawnAs(owner)
  const options = { cwd, env, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
  const { stdout } = await execute(file, rest, options)
  return stdout
}

/** Returns whether this process runs as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/**
 * Chooses the owner of the cluster. For an ordinary user it is that user. For root it is the owner of the cluster; for
 * a new cluster the owner of the data folder, else `postgres`, else `nobody`. If these have no access to the folders,
 * it is root in a user namespace.
 */
export async function chooseOwner(dataDir: string, cluster: string, programs: Programs): Promise<Owner> {
  const holder = await stat(cluster).catch(() => undefined)
  if (!isRoot()) return ordinaryOwner(cluster, holder?.uid)
  const made = existsSync(join(cluster, 'PG_VERSION'))
  if (made && holder?.uid === 0) {
    const namespaced = await namespacedRoot(programs)
    if (namespaced) return namespaced
    throw new EmbeddedFault(
      `${cluster} belongs to root. Postgres can use it only in a user namespace, which this system does not allow. ` +
        `Give it to another user (chown -R), or set DATABASE_URL to your own Postgres.`,
    )
  }
  const service = made && holder ? { uid: holder.uid, gid: holder.gid, prefix: [] } : await serviceAccount(dataDir)
  const closed = await firstClosed(service, [programs.postgres, dataDir])
  if (closed === undefined) return service
  const namespaced = made ? undefined : await namespacedRoot(programs)
  if (namespaced) return namespaced
  throw new EmbeddedFault(
    `Postgres cannot run as root, and the user it would run as (uid ${service.uid}) cannot enter ${closed}. ` +
      'Move the project or DATA_DIR to a folder that every user can enter, start as an ordinary user, ' +
      'or set DATABASE_URL to your own Postgres.',
  )
}

function ordinaryOwner(cluster: string, holder: number | undefined): Owner {
  const uid = process.getuid?.() ?? -1
  if (holder !== undefined && holder !== uid) {
    throw new EmbeddedFault(
      `${cluster} belongs to the user with uid ${holder}, but this process runs as uid ${uid}. ` +
        'Start as that user or as root, or choose another DATA_DIR.',
    )
  }
  return { uid, gid: process.getgid?.() ?? -1, prefix: [] }
}

async function serviceAccount(dataDir: string): Promise<Owner> {
  const holder = await stat(dataDir)
  // initdb requires an account with a name.
  if (holder.uid !== 0 && (await idOf('-nu', String(holder.uid)))) {
    return { uid: holder.uid, gid: holder.gid, prefix: [] }
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [await idOf('-u', name), await idOf('-g', name)]
    if (uid && gid) return { uid: Number(uid), gid: Number(gid), prefix: [] }
  }
  return { uid: 65_534, gid: 65_534, prefix: [] }
}

async function idOf(option: string, name: string): Promise<string | undefined> {
  const found = await execute('id', [option, name]).catch(() => undefined)
  return found?.stdout.trim()
}

/** Returns root in a user namespace: an ordinary user to Postgres that can still enter folders of root. */
async function namespacedRoot(programs: Programs): Promise<Owner | undefined> {
  const { uid, gid } = await serviceAccount('/')
  const owner = { uid: 0, gid: 0, prefix: ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`] }
  const works = await runAs(owner, programs.postgres, ['-V']).catch(() => undefined)
  return works ? owner : undefined
}

/** Returns the first folder or file on the way to the paths that the owner cannot access, as checked by the system. */
async function firstClosed(owner: Owner, paths: string[]): Promise<string | undefined> {
  const way = paths.flatMap(ancestors)
  const script = 'for path; do [ -x "$path" ] || { printf %s "$path"; exit; }; done'
  return (await runAs(owner, '/bin/sh', ['-c', script, 'sh', ...way])) || undefined
}

function ancestors(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [...ancestors(parent), path]
}
