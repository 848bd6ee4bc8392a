import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from './connect.ts'

/** The migrations that this database has run are not those of this server. */
export class MigrationFault extends Error {}

/** The texts of migrations by their names. */
export type MigrationTexts = ReadonlyMap<string, string>

/**
 * Throws MigrationFault if a migration was edited after this database ran it, or if this server does not have it. The
 * tables would differ from what the server expects, and every request for records would fail.
 */
export async function checkMigrations(db: Database, texts: MigrationTexts): Promise<void> {
  for (const { name, digest } of await findApplied(db)) {
    const text = texts.get(name)
    if (text === undefined) throw new MigrationFault(`${ran(name)}, which this server does not have. ${useNewer}`)
    if (digest !== digestOf(text))
      throw new MigrationFault(`${ran(name)}, whose text was changed afterwards. ${restore}`)
  }
}

const ran = (name: string) => `The database has run the migration ${name}`
const useNewer = 'Start the version of the server that ran it, or a newer one.'
const restore = 'Restore the text and put the change into a new migration, or start with an empty database.'

/** Notes the text of a migration, in the transaction that runs it. */
export async function noteMigration(db: Database, name: string, text: string): Promise<void> {
  await sql`insert into local.migration_text (name, digest) values (${name}, ${digestOf(text)})`.execute(db)
}

async function findApplied(db: Database): Promise<{ name: string; digest: string | null }[]> {
  const { rows } = await sql<{ isMigrated: boolean; hasTexts: boolean }>`
    select to_regclass('local.kysely_migration') is not null as "isMigrated",
      to_regclass('local.migration_text') is not null as "hasTexts"`.execute(db)
  const { isMigrated, hasTexts } = rows[0]!
  if (!isMigrated) return []
  const digest = hasTexts
    ? sql`(select digest from local.migration_text as t where t.name = m.name)`
    : sql<string | null>`null`
  const applied = sql<{ name: string; digest: string | null }>`
    select name, ${digest} as digest from local.kysely_migration as m order by name`
  return (await applied.execute(db)).rows
}

/** Comments may change. */
function digestOf(text: string): string {
  const statements = text.split(/\r?\n/).filter((line) => line.trim() && !line.startsWith('--'))
  return createHash('sha256').update(statements.join('\n')).digest('hex')
}
