import pg from 'pg'

/** The superuser of the cluster. Only users with access to the socket folder can connect as it. */
export const superuser = 'kartoteka'

/** The role that owns the database. Everything except the setup at start runs as this role. */
export const poolRole = 'kartoteka_app'

/** Creates the database of the application and its role if they are missing. The client must be the superuser. */
export async function ensureDatabase(client: pg.Client, connection: pg.ClientConfig, name: string): Promise<void> {
  // Several processes may start at once.
  await client.query(`select pg_advisory_lock(hashtext('kartoteka database'))`)
  const { rows } = await client.query(
    `select exists (select from pg_roles where rolname = $1) as "hasRole",
      (select pg_get_userbyid(datdba) from pg_database where datname = $2) as owner`,
    [poolRole, name],
  )
  const { hasRole, owner }: { hasRole: boolean; owner: string | null } = rows[0]
  const database = pg.escapeIdentifier(name)
  if (!hasRole) await client.query(`create role ${poolRole} login`)
  if (owner === null) await client.query(`create database ${database} owner ${poolRole}`)
  else if (owner === superuser) {
    await handOver(connection)
    await client.query(`alter database ${database} owner to ${poolRole}`)
  }
  await client.query(`select pg_advisory_unlock(hashtext('kartoteka database'))`)
}

/** Transfers objects of the superuser to the role. Earlier releases created everything as the superuser. */
async function handOver(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rows } = await client.query<{ statement: string }>(possessions)
    await client.query(['begin', ...rows.map(({ statement }) => statement), 'commit'].join(';'))
  } finally {
    await client.end()
  }
}

// `reassign owned` does not work for the superuser of the cluster. Objects of extensions keep their owner. Sequences of
// columns follow their tables.
const possessions = `
  with made as (
    select oid as namespace from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
  ), dependent as (
    select objid as id from pg_depend where deptype = 'e' or (deptype in ('a', 'i') and classid = 'pg_class'::regclass)
  )
  select format('alter schema %I owner to ${poolRole}', nspname) as statement from pg_namespace join made on oid = namespace
  where nspname <> 'public' and oid not in (select id from dependent)
  union all
  select format('alter %s %s owner to ${poolRole}', case relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end,
    oid::regclass)
  from pg_class join made on relnamespace = namespace
  where relkind in ('r', 'p', 'v', 'S') and oid not in (select id from dependent)
  union all
  select format('alter routine %s owner to ${poolRole}', oid::regprocedure) from pg_proc join made on pronamespace = namespace
  where oid not in (select id from dependent)
  union all
  select format('alter type %s owner to ${poolRole}', oid::regtype) from pg_type join made on typnamespace = namespace
  where typtype in ('e', 'd') and oid not in (select id from dependent)`
