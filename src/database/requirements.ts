import pg from 'pg'

type Row = Record<string, unknown>
type Query = (sql: string) => Promise<{ rows: Row[] }>

/** The database does not meet the requirements. The message lists every unmet one. */
export class DatabaseUnfit extends Error {
  override name = 'DatabaseUnfit'

  constructor(lacks: readonly string[]) {
    super(['The database cannot be used:', ...lacks.map((lack) => `- ${lack}`)].join('\n'))
  }
}

/** Checks that the database meets the requirements of the schema and the search. Throws DatabaseUnfit. */
export async function checkRequirements(query: Query): Promise<void> {
  const server = (await query(serverFacts)).rows[0]!
  const lacks = [...versionLacks(server), ...sessionLacks(server), ...rightLacks(server)]
  // A standby cannot create extensions, and other encodings cannot hold Cyrillic letters. Report only the cause.
  if (!server.standby) lacks.push(...(await extensionLacks(query)))
  if (server.encoding === 'UTF8') lacks.push(...(await localeLacks(query, String(server.ctype))))
  if (!server.collation) {
    lacks.push('The collation und-x-icu is missing: this Postgres was built without ICU. Use a build with ICU.')
  }
  if (lacks.length > 0) throw new DatabaseUnfit(lacks)
}

const sessionFacts = `
         current_setting('TimeZone') not in ('UTC', 'Etc/UTC') or current_setting('DateStyle') not like 'ISO%' as strange_times,
         current_database() as database`

const serverFacts = `
  select current_setting('server_version_num')::int as version,
         current_setting('server_version') as version_text,
         current_setting('server_encoding') as encoding,
         pg_is_in_recovery() as standby,
         current_user as "user",
         current_schema() as schema,
         coalesce(has_schema_privilege(current_schema(), 'create'), false) as tables_allowed,
         has_database_privilege(current_database(), 'create') as schemas_allowed,
         (select datctype from pg_database where datname = current_database()) as ctype,
         exists (select from pg_collation where collname = 'und-x-icu') as collation,
         ${sessionFacts}`

function versionLacks(server: Row): string[] {
  const lacks: string[] = []
  if (Number(server.version) < 150_000) {
    lacks.push(`It is Postgres ${server.version_text}. Use Postgres 15 or newer.`)
  }
  if (server.standby) {
    lacks.push('It is a read-only standby. Set DATABASE_URL to the primary server.')
  }
  if (server.encoding !== 'UTF8') {
    lacks.push(`Its encoding is ${server.encoding}. ${remake}`)
  }
  return lacks
}

/** Checks what the server sets for each connection. Throws DatabaseUnfit when a pooler does not pass it on. */
export async function checkSession(query: Query): Promise<void> {
  const { rows } = await query(`select ${sessionFacts}`)
  const lacks = sessionLacks(rows[0]!)
  if (lacks.length > 0) throw new DatabaseUnfit(lacks)
}

function sessionLacks({ strange_times, database }: Row): string[] {
  if (!strange_times) return []
  const settings = ["TimeZone = 'UTC'", "DateStyle = 'ISO'"]
  const statements = settings.map((setting) => `alter database "${database}" set ${setting}`)
  return [
    'Its connections do not have the time zone UTC and the date style ISO, because a pooler does not pass them on. ' +
      `As the owner of the database, run: ${statements.join('; ')}. Then restart the pooler.`,
  ]
}

/** How often each connection asks for its session. It can get the same one again by chance. */
const rounds = 5

/** Returns whether connections share the sessions of Postgres, as behind a pooler in transaction mode. */
export async function sharesSessions(connection: pg.ClientConfig): Promise<boolean> {
  const clients = [new pg.Client(connection), new pg.Client(connection)]
  const owners = new Map<number, pg.Client>()
  try {
    for (const client of clients) await client.connect()
    for (let round = 0; round < rounds; round++) {
      for (const client of clients) {
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
        const { pid } = rows[0]!
        if ((owners.get(pid) ?? client) !== client) return true
        owners.set(pid, client)
      }
    }
  } finally {
    for (const client of clients) await client.end()
  }
  return owners.size > clients.length
}

function rightLacks(server: Row): string[] {
  const lacks: string[] = []
  if (!server.tables_allowed) {
    const schema = server.schema ?? 'public'
    lacks.push(
      `The user ${server.user} cannot create tables in the schema ${schema}. ` +
        `As the owner of the schema, run: grant usage, create on schema "${schema}" to "${server.user}".`,
    )
  }
  if (!server.schemas_allowed) {
    lacks.push(
      `The user ${server.user} cannot create schemas. ` +
        `As the owner of the database, run: grant create on database "${server.database}" to "${server.user}".`,
    )
  }
  return lacks
}

async function extensionLacks(query: Query): Promise<string[]> {
  const lacks: string[] = []
  for (const name of ['pg_trgm', 'btree_gin', 'fuzzystrmatch']) {
    const { rows } = await query(`select installed_version from pg_available_extensions where name = '${name}'`)
    if (rows.length === 0) {
      lacks.push(
        `The extension ${name} is not installed on the server. Install it (Debian: the package postgresql-contrib).`,
      )
    } else if (rows[0]!.installed_version === null) {
      await query(`create extension if not exists ${name}`).catch((error: Error) => {
        lacks.push(
          `The extension ${name} cannot be created: ${error.message}. As a superuser, run: create extension ${name}.`,
        )
      })
    }
  }
  return lacks
}

/**
 * Checks the locale. With LC_CTYPE `C`, trigrams of Cyrillic words are empty and searches find nothing, without an
 * error.
 */
async function localeLacks(query: Query, ctype: string): Promise<string[]> {
  const lacks: string[] = []
  const folding = await query(`select lower('ИВАН') = 'иван' as fit`)
  if (!folding.rows[0]!.fit)
    lacks.push(`It does not support upper and lower case beyond ASCII (LC_CTYPE ${ctype}). ${remake}`)
  const { rows } = await query(`select 1 from pg_extension where extname = 'pg_trgm'`)
  if (rows.length === 0) return lacks
  try {
    const trigrams = await query(`select cardinality(show_trgm('Иван')) > 0 as fit`)
    if (!trigrams.rows[0]!.fit)
      lacks.push(`Its pg_trgm does not support letters beyond ASCII (LC_CTYPE ${ctype}). ${remake}`)
  } catch (error) {
    lacks.push(`pg_trgm cannot be called: ${(error as Error).message}. Its schema must be in the search_path.`)
  }
  return lacks
}

const remake = `Create a new database: create database … template template0 encoding 'UTF8' locale 'C.UTF-8'.`

/**
 * Returns a warning when the database has too few locks for this many connections on the table with the most indexes.
 * Each transaction locks all of them, and fails when no lock is free. Undefined when there are enough.
 */
export async function lockShortage(query: Query, connections: number): Promise<string | undefined> {
  const { rows } = await query(`
    select current_setting('max_locks_per_transaction')::int as locks,
      current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int as holders,
      (select coalesce(max(indexes), 0) from (
        select count(*) as indexes from pg_index join pg_class as c on c.oid = indrelid
        where relnamespace = 'public'::regnamespace group by indrelid) as tables)::int as indexes`)
  const { locks, holders, indexes } = rows[0] as { locks: number; holders: number; indexes: number }
  // The lock table of Postgres has room for two holders per configured lock.
  const needed = Math.ceil((connections * indexes) / holders / 2)
  if (locks >= needed) return undefined
  return (
    `Postgres has too few locks for ${connections} connections to a table with ${indexes} indexes: ` +
    `set max_locks_per_transaction to ${needed} or more (it is ${locks}) and restart Postgres, or lower DATABASE_POOL_SIZE.`
  )
}
