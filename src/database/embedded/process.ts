import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Cluster } from './cluster.ts'
import { spawnAs } from './owner.ts'

/** A Postgres server that this process started. */
export interface ServerProcess {
  /** Whether the server has ended or was stopped. */
  readonly ended: boolean
  /** Latest lines of its log. */
  readonly lines: readonly string[]
  /** Shuts the server down and waits until it has ended. */
  stop(): Promise<void>
}

// Reads a pipe from Node, which closes however Node dies, and then shuts Postgres down. Ends when Postgres ends.
// Repeats the signal until Postgres has ended, because a server that is just starting ignores the first one.
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
  // Detached, so that Ctrl-C reaches only this process, which stops the server at its own shutdown.
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
  // A transaction locks every index of the tables it uses. This is enough for 60 transactions at once on a type with
  // the
  // maximum number of fields and three indexes each. It takes about 50 MB.
  'max_locks_per_transaction=512',
  'shared_buffers=256MB',
  // An import writes 1 GB of WAL in 15 seconds. With a smaller limit, checkpoints would write all pages again.
  'max_wal_size=4GB',
  'work_mem=16MB',
  'maintenance_work_mem=128MB',
  'random_page_cost=1.1',
  'timezone=UTC',
  'log_timezone=UTC',
  'shared_preload_libraries=pg_stat_statements',
  // The API logs failed statements. Here their texts would put personal data into the log.
  'log_min_messages=log',
  'log_min_error_statement=panic',
  'log_line_prefix=',
  'log_checkpoints=off',
  'log_autovacuum_min_duration=-1',
]

// For tests: fast, but data is lost if the machine crashes.
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
