import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type { Database } from './connect.ts'
import { checkMigrations, type MigrationTexts, noteMigration } from './migration-texts.ts'
import { fixParity, type Parity } from './parity.ts'
import type { Tables } from './tables.ts'

const folder = join(import.meta.dirname, '../../migrations')

/**
 * Migrates the schema to the latest version. When several servers start at once, the first takes an advisory lock and
 * the others wait. Throws ParityMismatch and MigrationFault.
 */
export async function migrate(
  db: Database,
  options: { parity?: Parity | undefined; folders?: readonly string[] } = {},
): Promise<void> {
  await fixParity(db, options.parity)
  const texts = await readTexts([folder, ...(options.folders ?? [])])
  await checkMigrations(db, texts)
  const migrator = new Migrator({ db, provider: plainSql(texts), migrationTableSchema: 'local' })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
  await sql`select apply_parity()`.execute(db)
}

/** Returns the texts of the `.sql` files of the folders, ordered by name. */
async function readTexts(folders: readonly string[]): Promise<MigrationTexts> {
  const texts = new Map<string, string>()
  for (const folder of folders) {
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
      texts.set(file.replace(/\.sql$/, ''), await readFile(join(folder, file), 'utf8'))
    }
  }
  return texts
}

/** Provides migrations by their texts. pg can run several statements in one text. */
function plainSql(texts: MigrationTexts): MigrationProvider {
  const migrations = [...texts].map(([name, text]): [string, Migration] => {
    const up = async (db: Kysely<Tables>) => {
      await sql.raw(text).execute(db)
      await noteMigration(db, name, text)
    }
    return [name, { up }]
  })
  return { getMigrations: async () => Object.fromEntries(migrations) }
}
