import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { recordReferences } from '../../src/entities/references.ts'
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
    'parent_id',
    'pipeline_id',
    'responsible_id',
    'role_id',
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
  const described = systemTypes.flatMap(({ code, fields }) =>
    [...fields.flatMap(columnsOf), ...unseen].map((column) => `${code}.${column}`),
  )
  expect(described.toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
})
