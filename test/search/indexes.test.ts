import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { snake } from '../../src/fields/kinds/composite-kind.ts'
import { kindOf } from '../../src/fields/kinds/kinds.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

it('has an index for every searchable field', async () => {
  const searched = systemTypes.flatMap(({ code, fields }) =>
    fields.flatMap((field) => {
      const where = field.searchable ? kindOf(field).searched?.(field)?.in : undefined
      if (where === 'key') return [`${code}_${field.column}_search`]
      if (where === 'communication') return [`communication_${field.code}_parts`]
      // The id always has an index.
      return where === 'value' ? [`${code}_pkey`] : []
    }),
  )
  const { rows } = await database.pool.query(
    'select to_regclass(name) is not null as there, name from unnest($1::text[]) as name',
    [[...new Set(searched)]],
  )
  expect(rows.filter(({ there }) => !there).map(({ name }) => name)).toEqual([])
  expect(searched).toEqual(
    expect.arrayContaining(['contact_last_name_search', 'company_title_search', 'communication_phones_parts']),
  )
})

it('every searchable field has a kind that supports word search', () => {
  const fields = systemTypes.flatMap((type) => type.fields.filter(({ searchable }) => searchable))
  expect(fields.filter((field) => !kindOf(field).searched?.(field))).toEqual([])
})

it('has an index for every field whose conditions are marked as indexed', async () => {
  const { rows } = await database.pool.query<{ index: string }>(
    `select distinct c.relname || '.' || pg_get_indexdef(i.indexrelid, 1, false) as index
     from pg_index i join pg_class c on c.oid = i.indrelid`,
  )
  const there = new Set(
    rows.map(({ index }) => index.replaceAll(/\(?("?\w+"?)\)? COLLATE "und-x-icu"/g, '$1').replaceAll('"', '')),
  )
  const said = systemTypes.flatMap(({ code, fields }) =>
    fields
      .filter((field) => kindOf(field).rows === null)
      .flatMap((field) => kindOf(field).targets(field))
      .flatMap(({ path, indexed }) => {
        const column = snake(path.replace('.', '_'))
        return [
          ...(indexed?.values ? [`${code}.${column}`] : []),
          ...(indexed?.parts ? [`${code}.fold(${column})`] : []),
        ]
      }),
  )
  expect(said.filter((one) => !there.has(one))).toEqual([])
  expect(said).toEqual(
    expect.arrayContaining(['contact.fold(last_name)', 'deal.company_id', 'company.observers', 'contact.address_city']),
  )
})
