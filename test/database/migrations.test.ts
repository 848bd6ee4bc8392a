import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { migrate } from '../../src/database/migrate.ts'
import { MigrationFault } from '../../src/database/migration-texts.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase({ empty: true })
  await migrate(database.db)
})
afterAll(() => database.close())

it('runs each migration once', async () => {
  await migrate(database.db)
  const { rows } = await database.pool.query(
    'select m.name from local.kysely_migration as m left join local.migration_text as t using (name) where t.name is null',
  )
  expect(rows).toEqual([])
})

it('refuses to start when a migration was edited after the database ran it, and names it', async () => {
  await database.pool.query(`update local.migration_text set digest = 'another' where name = '0006-records'`)
  const start = migrate(database.db)
  await expect(start).rejects.toThrow(MigrationFault)
  await expect(start).rejects.toThrow(
    'The database has run the migration 0006-records, whose text was changed afterwards. Restore the text and put the change into a new migration, or start with an empty database.',
  )
})

it('refuses a database that a newer version has migrated', async () => {
  const newer = await freshDatabase()
  try {
    await newer.pool.query(`insert into local.kysely_migration (name, timestamp) values ('9999-newer', '2026-01-31')`)
    await expect(migrate(newer.db)).rejects.toThrow(
      'The database has run the migration 9999-newer, which this server does not have. Start the version of the server that ran it, or a newer one.',
    )
  } finally {
    await newer.close()
  }
})
