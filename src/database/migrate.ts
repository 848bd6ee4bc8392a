import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type { Database } from './connect.ts'
import { fixParity, type Parity } from './parity.ts'

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
