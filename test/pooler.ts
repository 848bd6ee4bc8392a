import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** A running PgBouncer in transaction mode. */
export interface Pooler {
  url: string
  stop(): Promise<void>
}

const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']

/** The path of PgBouncer. Undefined if it is not installed: npm has no pooler. */
export const pgbouncer = folders.map((folder) => join(folder, 'pgbouncer')).find(existsSync)

/** Startup parameters that the server sends and the pooler must ignore. */
const ignored = 'options,statement_timeout'

/** Starts PgBouncer in front of a database, with this many sessions. */
export async function startPooler(
  connection: pg.PoolConfig,
  { sessions = 4, ignores = ignored }: { sessions?: number; ignores?: string } = {},
): Promise<Pooler> {
  const { host, port, user, password, database } = new pg.Client(connection)
  const account = await accountFor(host)
  const folder = await mkdtemp(join(tmpdir(), 'kartoteka-pooler-'))
  const own = await freePort()
  const settings = join(folder, 'pgbouncer.ini')
  const server = { host, port, dbname: database, user, ...(password && { password }) }
  await writeFile(
    settings,
    [
      '[databases]',
      `${database} = ${Object.entries(server)
        .map(([key, value]) => `${key}='${value}'`)
        .join(' ')}`,
      '[pgbouncer]',
      `listen_addr = 127.0.0.1\nlisten_port = ${own}\nunix_socket_dir =\nauth_type = any`,
      `pool_mode = transaction\ndefault_pool_size = ${sessions}\nignore_startup_parameters = ${ignores}`,
    ].join('\n'),
    { mode: 0o600 },
  )
  if (account) for (const path of [folder, settings]) await chown(path, account.uid, account.gid)
  const child = spawn(pgbouncer!, [settings], { ...account, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
      if (said.includes('process up')) resolve()
    })
    child.on('exit', () => reject(new Error(said)))
  })
  return {
    url: `postgres://${user}@127.0.0.1:${own}/${database}`,
    async stop() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

/** Returns the account that PgBouncer runs as for root, which it refuses: the owner of the socket of Postgres. */
async function accountFor(host: string): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  if (!host.startsWith('/')) return { uid: 65_534, gid: 65_534 }
  const { uid, gid } = await stat(host)
  return { uid, gid }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
