import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type { Database } from './connect.ts'

/** The parity of all ids. The first start sets it for good. */
export type Parity = 'odd' | 'even'

/** ID_PARITY differs from the parity of the database. */
export class ParityMismatch extends Error {
  constructor(stored: Parity, wanted: Parity) {
    super(
      `ID_PARITY is ${wanted}, but the parity of this database is ${stored}. It was set when the database was created ` +
        `and cannot be changed, because another site uses the other parity. Unset ID_PARITY or set it to ${stored}.`,
    )
  }
}

const folder = join(import.meta.dirname, '../../migrations')

/**
 * Migrates the schema to the latest version. When several servers start at once, the first takes an advisory lock and
 * the others wait. Throws ParityMismatch.
 */
export async function migrate(
  db: Database,
  options: { parity?: Parity | undefined; folders?: readonly string[] } = {},
): Promise<void> {
  await fixParity(db, options.parity)
  const migrator = new Migrator({
    db,
    provider: plainSql([folder, ...(options.folders ?? [])]),
    migrationTableSchema: 'local',
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
  await sql`select apply_parity()`.execute(db)
}

async function fixParity(db: Database, wanted: Parity | undefined): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Every server must use the same key.
    await sql`select pg_advisory_xact_lock(hashtext('kartoteka instance'))`.execute(trx)
    await sql`create schema if not exists local`.execute(trx)
    await sql`create table if not exists local.instance (
      singleton boolean primary key default true check (singleton),
      parity text not null check (parity in ('odd', 'even')),
      secret text not null default md5(random()::text) || gen_random_uuid() || gen_random_uuid(),
      created_at timestamptz not null default now()
    )`.execute(trx)
    await sql`insert into local.instance (parity) values (${wanted ?? 'odd'}) on conflict do nothing`.execute(trx)
    const { rows } = await sql<{ parity: Parity }>`select parity from local.instance`.execute(trx)
    const stored = rows[0]!.parity
    if (wanted && wanted !== stored) throw new ParityMismatch(stored, wanted)
  })
}

/** Provides the `.sql` files of the folders, ordered by name. pg can run several statements in one text. */
function plainSql(folders: readonly string[]): MigrationProvider {
  return {
    async getMigrations() {
      const migrations: Record<string, Migration> = {}
      for (const folder of folders) {
        for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
          const text = await readFile(join(folder, file), 'utf8')
          migrations[file.replace(/\.sql$/, '')] = { up: (db: Kysely<unknown>) => sql.raw(text).execute(db).then() }
        }
      }
      return migrations
    },
  }
}
