import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { fileReferences } from '../../src/files/references.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

it('covers every column that references files, and each protects its file from deletion', async () => {
  const known = fileReferences.map(({ table, column }) => `${table}.${column}`)
  const { rows: keys } = await database.pool.query<{ name: string }>(`
    select c.conrelid::regclass || '.' || a.attname as name from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'file'::regclass and c.confdeltype = 'a' order by 1`)
  expect(keys.map(({ name }) => name)).toEqual(known)
  const { rows: columns } = await database.pool.query<{ name: string }>(`
    select (quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass || '.' || column_name as name from information_schema.columns
    where table_schema in ('local', 'public') and column_name ~ '(^|_)file_ids?$' order by 1`)
  expect(columns.map(({ name }) => name)).toEqual(known)
})
