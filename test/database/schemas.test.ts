import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { migrate } from '../../src/database/migrate.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase({ empty: true })
  await migrate(database.db, { parity: 'even' })
})
afterAll(() => database.close())

const names = async (sql: string) => (await database.pool.query<{ name: string }>(sql)).rows.map(({ name }) => name)

it('keeps tables of one server in schema local, and only tables shared between sites in public', async () => {
  const tables = (schema: string) =>
    names(`select tablename as name from pg_tables where schemaname = '${schema}' order by 1`)
  expect(await tables('local')).toEqual([
    ...[
      'bulk',
      'bulk_target',
      'compaction',
      'department_above',
      'dry_run_key',
      'duplicate_block',
      'duplicate_merge',
      'duplicate_merge_group',
      'duplicate_pair',
      'duplicate_scan',
      'duplicate_state',
      'export',
      'file_leftover',
      'idempotency',
      'import',
      'index_failure',
      'instance',
      'job',
      'job_fault',
    ],
    ...[
      'kysely_migration',
      'kysely_migration_lock',
      'migration_text',
      'pruned_history',
      'removal',
      'revision',
      'scheduled_report',
    ],
    ...['search_index', 'type_revision', 'unindexed_use'],
  ])
  expect(await tables('public')).toEqual([
    ...[
      'api_key',
      'attachment',
      'audit',
      'card',
      'card_field',
      'communication',
      'company',
      'contact',
      'conversion',
      'conversion_target',
      'currency',
      'currency_rate',
      'deal',
    ],
    ...['department', 'dictionary'],
    ...[
      'dictionary_entry',
      'duplicate_dismissal',
      'duplicate_setting',
      'external_id',
      'field_map',
      'field_option',
      'field_viewer',
      'file',
      'history',
      'import_mapping',
      'invoice',
      'lead',
      'link',
      'merge_source',
      'moved_reference',
    ],
    ...[
      'number_counter',
      'pipeline',
      'plan',
      'quote',
      'record_file',
      'record_merge',
      'record_type',
      'report_schedule',
      'role',
      'role_cell',
      'role_member',
      'sales_plan',
      'saved_analytics',
      'setting',
      'stage',
      'stage_history',
      'type_relation',
    ],
    ...['user', 'user_department', 'user_field', 'user_group', 'user_group_member'],
  ])
})

it('gives every sequence in both schemas the parity of the site', async () => {
  const others = `select sequencename as name from pg_sequences where schemaname in ('local', 'public')
    and (increment_by <> 2 or start_value <> 2)`
  expect(await names(others)).toEqual([])
})

it('refreshes caches on changes replicated from another site', async () => {
  // Replication fires triggers of rows only.
  const ofRows = `select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where t.tgname = 'touched_elsewhere' and t.tgenabled = 'R' and t.tgtype & 1 = 1 order by 1`
  expect(await names(ofRows)).toEqual([
    ...[
      'currency',
      'department',
      'dictionary',
      'dictionary_entry',
      'duplicate_setting',
      'field_option',
      'field_viewer',
      'pipeline',
      'plan',
      'record_type',
      'role',
    ],
    ...[
      'role_cell',
      'role_member',
      'setting',
      'stage',
      'type_relation',
      'user',
      'user_department',
      'user_field',
      'user_group_member',
    ],
  ])
  const client = await database.pool.connect()
  const versions = async () => (await client.query('select catalogue, rights from local.revision')).rows[0]
  try {
    await client.query(`set session_replication_role = replica`)
    const before = await versions()
    await client.query(`update setting set value = '"KZ"' where key = 'country'`)
    await client.query(`insert into department (id, name, parent_id) values (50, '{}', 1)`)
    expect(await versions()).toEqual({ catalogue: before.catalogue + 1, rights: before.rights + 1 })
    const { rows } = await client.query(
      'select above_id::int from local.department_above where department_id = 50 order by 1',
    )
    expect(rows).toEqual([{ above_id: 1 }, { above_id: 50 }])
  } finally {
    client.release(true)
  }
})

it('stores which site last changed a record or a link', async () => {
  const client = await database.pool.connect()
  const insert = `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export)
    values (1, 1, now(), 1, now(), true, '{}', true) returning id, site`
  try {
    const { id, site } = (await client.query(insert)).rows[0]
    expect(site).toBe('even')
    const change = async (sql: string) =>
      (await client.query(`update contact set ${sql} where id = $1 returning site`, [id])).rows[0].site
    await client.query(`set session_replication_role = replica`)
    expect(await change(`first_name = 'Anna', site = 'odd'`)).toBe('odd')
    await client.query(`set session_replication_role = origin`)
    expect(await change(`first_name = 'Anne'`)).toBe('even')
  } finally {
    client.release(true)
  }
  const tracked = `select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'site' order by 1`
  expect(await names(tracked)).toEqual(['company', 'contact', 'deal', 'invoice', 'lead', 'link', 'quote'])
})
