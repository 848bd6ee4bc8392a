import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Cluster } from './embedded-cluster.ts'
import { spawnAs } from './embedded-owner.ts'

/** A server that this process started. */
export interface ServerProcess {
  /** Whether it has ended, of itself or stopped. */
  readonly ended: boolean
  /** The latest lines of its log. */
  readonly lines: readonly string[]
  /** Ends it cleanly and waits for that. */
  stop(): Promise<void>
}

// Reads a pipe from Node, which closes however Node dies, and then asks Postgres to shut down. Ends with Postgres, too.
// It asks until Postgres is gone: a server that has only just begun does not hear the first time.
const watchdog = `
  exec 3<&0
  "$@" </dev/null 3<&- &
  server=$!
  { read _; while kill -INT $server; do sleep 0.2; done; } <&3 2>/dev/null &
  reader=$!
  exec 3<&-
  wait $server
  status=$?
  kill $reader 2>/dev/null
  exit $status`

/** Starts the server on a cluster, under a shell that stops it when this process dies. */
export function startServer(cluster: Cluster, options: { fast: boolean; log(line: string): void }): ServerProcess {
  const { owner, programs, folder, socket } = cluster
  const settings = [...serverSettings, ...(options.fast ? fastServer : [])].flatMap((setting) => ['-c', setting])
  const command = ['sh', '-c', watchdog, 'kartoteka', programs.postgres, '-D', folder, '-k', socket, ...settings]
  const [file, ...args] = [...owner.prefix, ...command] as [string, ...string[]]
  // Detached, so that Ctrl-C reaches only this process, which then stops the server after its own work.
  const child = spawn(file, args, { ...spawnAs(owner), detached: true, stdio: ['pipe', 'ignore', 'pipe'] })

  const lines: string[] = []
  const server = { ended: false, lines, stop }
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  child.stdin?.on('error', () => {})
  child.on('error', (error) => {
    lines.push(error.message)
    server.ended = true
    close()
  })
  child.on('close', () => {
    server.ended = true
    close()
  })
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      if (lines.length > 20) lines.shift()
      if (!unremarkable.test(line)) options.log(line)
    })
  }
  return server

  async function stop(): Promise<void> {
    child.stdin?.end()
    await closed
  }
}

const serverSettings = [
  'listen_addresses=',
  'max_connections=300',
  // A transaction locks every index of a table it touches. Enough for 60 at once on a type with the most fields, three
  // indexes each, for about 50 MB.
  'max_locks_per_transaction=512',
  'shared_buffers=256MB',
  // An import writes a gigabyte in a quarter of a minute, after which everything would be written once more.
  'max_wal_size=4GB',
  'work_mem=16MB',
  'maintenance_work_mem=128MB',
  'random_page_cost=1.1',
  'timezone=UTC',
  'log_timezone=UTC',
  'shared_preload_libraries=pg_stat_statements',
  // Errors of statements are the API's to log; here their texts would put people's data into the log.
  'log_min_messages=log',
  'log_min_error_statement=panic',
  'log_line_prefix=',
  'log_checkpoints=off',
  'log_autovacuum_min_duration=-1',
]

// For tests: as fast as can be, and lost with the machine.
const fastServer = [
  ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off'],
  ...['wal_level=minimal', 'max_wal_senders=0', 'shared_buffers=128MB'],
]

const unremarkable = new RegExp(
  [
    '^LOG: +(starting PostgreSQL|listening on|database system (is|was) (ready|shut down)|received fast shutdown',
    'aborting any active|shutting down|background worker "logical replication launcher"|checkpoint (starting|complete))',
    '^FATAL: +(terminating connection due to administrator|the database system is (starting up|shutting down|not yet accepting))',
    'lock file "postmaster.pid" already exists|Is another postmaster|Consistent recovery state has not been|^$',
  ].join('|'),
)
