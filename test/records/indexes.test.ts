import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { freshDatabase, statementIn } from '../database.ts'
import { planOf } from '../plan.ts'

let api: Api
beforeAll(async () => {
  const database = await freshDatabase()
  // The tables are empty. Postgres should plan as if they were large.
  for (const setting of ['enable_seqscan', 'enable_sort']) {
    await statementIn(
      database.connection,
      `do $$ begin
      execute format('alter database %I set ${setting} = off', current_database()); end $$`,
    )
  }
  api = await startApi({ database })
})
afterAll(() => api.close())

const everyRecord = ['created_at_sort', 'deleted', 'deleted_by', 'last_activity_at_sort', 'live', 'merged', 'observers']
const common = [...everyRecord, 'of_user', 'opened', 'pkey', 'responsible', 'source_sort', 'updated_at_sort']
const ofText = (name: string) => [`${name}_parts`, `${name}_search`, `${name}_sort`]
const ofFilter = (name: string) => [`${name}_parts`, `${name}_sort`]
const sorts = (...names: string[]) => names.map((name) => `${name}_sort`)
const person = [
  ...ofText('first_name'),
  ...ofText('middle_name'),
  ...ofText('last_name'),
  ...ofFilter('position'),
  'full_name',
]
const [title, number, city] = [[...ofText('title'), 'title_name'], ofText('number'), ofFilter('address_city')]
const duplicates = ['duplicate_keys', 'without_keys']
const stages = ['stage', 'final_left', ...sorts('closed_at', 'moved_at')]

/** Each index costs time and space with every record, so a new one is a decision. */
const indexes: Record<string, string[]> = {
  lead: [
    ...stages,
    ...person,
    ...title,
    ...city,
    ...ofText('company_title'),
    ...sorts('amount', 'birth_date', 'company_id'),
    ...duplicates,
  ],
  deal: [
    ...[...stages, ...title],
    ...sorts('amount', 'begin_date', 'close_date', 'company_id', 'lead_id', 'probability', 'quote_id'),
  ],
  contact: [...person, ...city, ...sorts('birth_date', 'contact_type'), ...duplicates],
  company: [...title, ...city, 'own', ...sorts('annual_revenue', 'company_type', 'industry'), ...duplicates],
  quote: [
    ...[...stages, ...title, 'number', ...number],
    ...sorts('amount', 'begin_date', 'company_id', 'deal_id', 'lead_id', 'my_company_id', 'valid_until'),
  ],
  invoice: [
    ...[...stages, ...title, 'number', ...number],
    ...sorts('amount', 'company_id', 'deal_id', 'due_date', 'issue_date', 'my_company_id', 'paid_at', 'quote_id'),
  ],
}

type Field = { path: string; kind: string; multiple: boolean; sortable: boolean }

/** The kinds of fields that lists sort by what tables show: places in lists, names, yes and no. */
const shownKinds = ['dictionary', 'employee', 'boolean', 'currency', 'pipeline', 'stage', 'semantic']

/** The indexes of the tables that hold rows of records. */
const ofRows: Record<string, string[]> = {
  attachment: ['file', 'pkey', 'record'],
  communication: ['emails_parts', 'messengers_parts', 'phones_parts', 'pkey', 'value', 'websites_parts'],
  conversion: ['current', 'pkey', 'record'],
  conversion_target: ['pkey', 'record'],
  external_id: ['active_key', 'pkey'],
  history: ['at', 'job', 'order', 'pkey', 'record', 'transaction'],
  link: ['back', 'field', 'pkey'],
  record_file: ['file', 'pkey'],
  stage_history: ['entered', 'left', 'open', 'pkey'],
}

async function indexesOf(table: string): Promise<string[]> {
  const { rows } = await api.pool.query(
    `select substr(indexname, length(tablename) + 2) as name from pg_indexes where schemaname = 'public' and tablename = $1 order by 1`,
    [table],
  )
  return rows.map(({ name }) => name)
}

describe.each(Object.entries(indexes))('The table of the type %s', (type, expected) => {
  it('has these indexes', async () => {
    expect(await indexesOf(type)).toEqual([...common, ...expected].sort())
  })

  it('has an index for each field by which a list is sorted, unless the response names it', async () => {
    const { body } = await api.call('get', '/openapi.json').expect(200)
    const schema = body.components.schemas[`${type[0]!.toUpperCase()}${type.slice(1)}SortName`]
    const names: string[] = schema.anyOf[0].enum
    expect(names).toContain('-createdAt')
    const plural = { company: 'companies' }[type] ?? `${type}s`
    // The order of given ids is that of the filter.
    const { body: fields } = await api.call('get', `/v1/types/${type}/fields`).expect(200)
    const shown = fields.data.filter(({ kind, multiple }: Field) => shownKinds.includes(kind) && !multiple) as Field[]
    const told: string[] = []
    for (const name of names.filter((name) => name !== 'given')) {
      const { headers } = await api.call('get', `/v1/${plural}?sort=${name}&limit=1`).expect(200)
      if (headers['unindexed-fields']) {
        told.push(name)
        expect(headers['unindexed-fields']).toBe(name.replace('-', ''))
        continue
      }
      const column = name
        .replace('-', '')
        .replace('.', '_')
        .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      const usual = { id: '(live|pkey)', stage_id: 'stage', responsible_id: '(of_user|live)' }[column]
      // In an empty table, the index of ids is as good for the records with one value.
      const isShown = shown.some(({ path }) => path === name.replace('-', ''))
      const index = `${type}_${usual ?? (isShown ? `(live|${column}_sort)` : `${column}_sort`)}`
      const direction = name.startsWith('-') ? 'Scan Backward' : 'Scan'
      const plan = await planOf(api, `/v1/${plural}?sort=${name}&limit=2`, 'limit')
      expect(plan).toMatch(new RegExp(`Index ${direction} using ${index}`))
    }
    const paths = shown.flatMap(({ path, sortable }) => (sortable ? [] : [path]))
    expect(paths).toEqual(expect.arrayContaining(['opened', 'createdBy', 'updatedBy']))
    for (const fast of ['stageId', 'responsibleId', 'source']) expect(paths).not.toContain(fast)
    expect(told.sort()).toEqual([...paths, ...paths.map((path: string) => `-${path}`)].sort())
  })
})

it('reads each column of a board from the index of stages', async () => {
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  const plan = await planOf(api, `/v1/types/deal/pipelines/${body.data[0].id}/board?limit=2`, 'limit')
  expect(plan.match(/Index Scan Backward using deal_stage/g)).toHaveLength(8)
})

it.each(Object.entries(ofRows))('The table %s has these indexes', async (table, expected) => {
  expect(await indexesOf(table)).toEqual(expected)
})
