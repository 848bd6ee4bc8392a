import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { recordReferences } from '../../src/entities/references.ts'
import type { Trait } from '../../src/entities/types.ts'
import { systemTypes } from '../../src/entities/types.ts'
import type { Field } from '../../src/fields/field.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

/** Columns with ids of other objects than records. */
const others = [
  ...[
    'above_id',
    'actor_id',
    'card_id',
    'conversion_id',
    'department_id',
    'field_id',
    'file_id',
    'group_id',
    'head_id',
    'job_id',
    'key_id',
    'merge_id',
    'owner_id',
    'source_id',
    'parent_id',
    'pipeline_id',
    'responsible_id',
    'role_id',
    'saved_id',
    'stage_id',
  ],
  ...['reverts_job_id', 'transaction_id', 'type_id', 'user_id'],
]

it('covers every column that references records', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `
    select (quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass || '.' || column_name as name
    from information_schema.columns
    where table_schema in ('local', 'public') and column_name ~ '(_id|_into)$' and column_name <> all($1) order by 1`,
    [others],
  )
  const known = recordReferences(systemTypes).map(({ table, column }) => `${table}.${column}`)
  expect(known.toSorted()).toEqual(rows.map(({ name }) => name))
})

it('says what a merge does with each of them, and with rows that a record can have only once', async () => {
  const { rows } = await database.pool.query<{ name: string; columns: string[] }>(
    `select i.indrelid::regclass::text as name, array_agg(a.attname::text order by a.attname) as columns
     from pg_index as i join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
     where i.indisunique group by i.indexrelid, i.indrelid`,
  )
  for (const reference of recordReferences(systemTypes)) {
    const { table, column, atMerge } = reference
    const unique = rows
      .filter(({ name, columns }) => name === table && columns.includes(column) && !columns.includes('id'))
      .map(({ columns }) =>
        columns.filter((one) => one !== column && !('typeColumn' in reference && one === reference.typeColumn)),
      )
    const once = atMerge.how === 'moves' ? [atMerge.once?.toSorted() ?? null] : []
    expect({ table, column, how: atMerge.how, once }).toEqual({
      ...{ table, column, how: expect.stringMatching(/^(moves|unites|stays)$/) },
      once: atMerge.how === 'moves' ? [unique[0] ?? null] : [],
    })
  }
})

it('has a column for every system field and a key for every searched one, and no other columns', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `
    select table_name || '.' || column_name as name from information_schema.columns
    where table_name = any($1) order by 1`,
    [systemTypes.map(({ code }) => code)],
  )
  const { kindOf } = await import('../../src/fields/kinds/kinds.ts')
  const unseen = ['deleted_at', 'deleted_by', 'merged_into', 'site']
  const columnsOf = (field: Field) => [
    ...Object.keys(kindOf(field).columns(field)),
    ...(field.searchable && kindOf(field).searched?.(field)?.in === 'key' ? [`${field.column}_key`] : []),
  ]
  const kept = { duplicates: ['duplicate_keys'], stages: ['entered_stages', 'final_left_at', 'process_stage'] } as const
  const described = systemTypes.flatMap(({ code, fields, traits }) =>
    [
      ...[...fields.flatMap(columnsOf), ...unseen],
      ...Object.entries(kept).flatMap(([trait, columns]) => (traits.has(trait as Trait) ? columns : [])),
    ].map((column) => `${code}.${column}`),
  )
  expect(described.toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
})
