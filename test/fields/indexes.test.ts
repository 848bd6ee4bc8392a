import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { tasks, tasksContext } from '../../src/tasks.ts'
import { testOptions } from '../api.ts'
import { asSuperuser, statementIn } from '../database.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { planOf } from '../plan.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const work = () => api.work()

async function addField(code: string, kind: string, multiple = false): Promise<string> {
  const label = { en: code, ru: code }
  await api.call('post', '/v1/types/contact/fields', { code, kind, multiple, label }).expect(201)
  const { rows } = await api.pool.query('select id from user_field where code = $1', [code])
  return `f_${rows[0].id}`
}

/** Returns the indexes on the column, and whether each is valid. */
async function indexesOn(column: string): Promise<Record<string, boolean>> {
  const { rows } = await api.pool.query(
    `select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relname like 'contact_' || $1 || '\\_%' order by 1`,
    [column],
  )
  return Object.fromEntries(rows.map(({ name, valid }) => [name, valid]))
}

it.each([
  ['string', false, '', ['parts', 'search', 'sort']],
  ['text', false, '', ['parts', 'search']],
  ['decimal', false, '', ['sort']],
  ['string', true, '', ['items', 'search']],
  ['boolean', false, '', []],
  ['money', false, '_amount', ['sort']],
  ['money', false, '_currency', []],
])(
  'creates the indexes for conditions on a new field of kind %s (several values: %p)',
  async (kind, multiple, part, purposes) => {
    const column = await addField(`own_${kind}${part}_${multiple}`, kind, multiple)
    await work()
    const found = await indexesOn(`${column}${part}`)
    expect(found).toEqual(Object.fromEntries(purposes.map((purpose) => [`contact_${column}${part}_${purpose}`, true])))
  },
)

it('rebuilds an index whose creation was interrupted, and does nothing if asked again', async () => {
  const column = await addField('broken', 'integer')
  await work()
  const name = `contact_${column}_sort`
  const broken = `update pg_index set indisvalid = false where indexrelid = to_regclass('${name}')`
  await statementIn(asSuperuser(api.connection), broken)
  expect(await indexesOn(column)).toEqual({ [name]: false })
  const { rows } = await api.pool.query(`select id from record_type where code = 'contact'`)
  const task = tasks.find(({ name }) => name === 'index-fields')!
  const context = tasksContext({ ...testOptions, db: api.db })
  const run = () => task.run(context, { typeId: rows[0].id }, new AbortController().signal)
  await Promise.all([run(), run()])
  await run()
  expect(await indexesOn(column)).toEqual({ [name]: true })
})

it('builds indexes of many fields of a type at once without deadlocks', async () => {
  const columns = []
  for (let n = 0; n < 8; n++) columns.push(await addField(`crowd_${n}`, 'string'))
  const task = tasks.find(({ name }) => name === 'index-fields')!
  const context = tasksContext({ ...testOptions, db: api.db })
  const { rows } = await api.pool.query(`select id from record_type where code = 'contact'`)
  const run = () => task.run(context, { typeId: rows[0].id }, new AbortController().signal)
  // Meanwhile fields are created and records written, as in production.
  const others = (async () => {
    for (let n = 0; n < 8; n++) {
      await addField(`late_${n}`, 'integer')
      await api.call('post', '/v1/contacts', { lastName: `Late ${n}` }).expect(201)
    }
  })()
  await Promise.all([...columns.map(run), others])
  for (const column of columns) {
    const names = ['parts', 'search', 'sort'].map((purpose) => [`contact_${column}_${purpose}`, true])
    expect(await indexesOn(column)).toEqual(Object.fromEntries(names))
  }
})

it('uses the index of a user field for a list sorted by it', async () => {
  const column = await addField('shelf', 'string')
  await work()
  await api.pool.query(
    `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export, ${column})
     select 1, 1, now(), 1, now(), true, '{}', true, 'shelf ' || i from generate_series(1, 20000) as i`,
  )
  await api.pool.query('analyze contact')
  const { body } = await api
    .call('get', '/v1/contacts?sort=userFields.shelf&limit=2&fields=userFields.shelf')
    .expect(200)
  expect(body.data.map((one: { userFields: object }) => one.userFields)).toEqual([
    { shelf: 'shelf 1' },
    { shelf: 'shelf 10' },
  ])
  for (const sort of ['userFields.shelf', '-userFields.shelf']) {
    const list = `/v1/contacts?sort=${sort}&limit=2`
    expect(await planOf(api, list, 'limit')).toContain(`contact_${column}_sort`)
  }
})

it.each(['file', 'crm', 'employee', 'dictionary', 'enumeration', 'url', 'address', 'boolean', 'datetime'])(
  'makes a field of kind %s ready, and without its marks none',
  async (kind) => {
    const fields = '/v1/types/company/fields'
    const settings = { crm: { types: ['contact'] }, dictionary: { dictionary: 'SOURCE' } }[kind]
    const options = kind === 'enumeration' ? [{ code: 'a', label: 'A' }] : undefined
    const made = await api
      .call('post', fields, { code: `of_${kind}`, kind, label: kind, settings, options })
      .expect(201)
    await work()
    const stateOf = async () => (await api.call('get', `${fields}/of_${kind}`).expect(200)).body.indexState
    expect([made.body.filterable, await stateOf()]).toEqual([true, 'ready'])
    const none = { filterable: false, sortable: false, searchable: false }
    await api.call('patch', `${fields}/of_${kind}`, none).expect(200)
    await work()
    expect(await stateOf()).toBe('none')
    const { rows } = await api.pool.query(
      `select indexrelid::regclass as name from pg_index join user_field f on f.code = $1
      where indrelid = 'company'::regclass and indexrelid::regclass::text like 'company_f_' || f.id || '_%'`,
      [`of_${kind}`],
    )
    expect(rows).toEqual([])
  },
)
