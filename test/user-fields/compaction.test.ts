import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compact } from '../../src/user-fields/compact.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, type Saved } from '../seed.ts'
import { urlOf } from '../server-process.ts'
import { until } from '../until.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const fields = '/v1/types/contact/fields'
const add = (code: string, more: object = {}) =>
  api.call('post', fields, { code, kind: 'string', label: code, inCard: false, ...more })
const quiet = () => {}

async function rowsOf(query: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await api.pool.query(query, values)).rows
}

/** Everything about a table that must stay, and the number of its dropped columns. */
async function shapeOf(table: string) {
  const [dropped] = await rowsOf(
    'select count(*)::int as n from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and attisdropped',
    [table],
  )
  const kept = await rowsOf(
    `select 'column' as what, attname::text as name, format_type(atttypid, atttypmod) || ' ' || concat(attnotnull, attidentity, attgenerated)
        || coalesce(pg_get_expr(adbin, adrelid), '') as text
      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
    union all select 'index', c.relname, concat(pg_get_indexdef(indexrelid), indisvalid) from pg_index join pg_class c on c.oid = indexrelid
      where indrelid = to_regclass($1)
    union all select 'constraint', conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = to_regclass($1)
    union all select 'trigger', tgname, concat(pg_get_triggerdef(oid), tgenabled) from pg_trigger where tgrelid = to_regclass($1) and not tgisinternal
    union all select 'table', relname, concat(relreplident, reloptions::text, relacl::text, relowner::regrole) from pg_class where oid = to_regclass($1)
    union all select 'sequence', sequencename, concat_ws(' ', start_value, min_value, max_value, increment_by, cycle, cache_size, last_value)
      from pg_sequences where sequencename = $1 || '_id_seq' order by 1, 2`,
    [table],
  )
  return { dropped: dropped!.n, kept }
}

const leftovers = () =>
  rowsOf(`select relname from pg_class where relname ~ 'compaction_\\d'
    union all select proname from pg_proc where proname ~ 'compaction_\\d'
    union all select tgname from pg_trigger where tgname = 'compaction'`)

/** Inserts records in SQL, fast. */
const fill = (count: number) =>
  rowsOf(
    `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export, last_name)
     select 1, 1, now(), 1, now(), true, '{}', true, 'Filler ' || i from generate_series(1, $1::int) as i`,
    [count],
  )

async function dropSome(): Promise<void> {
  for (const code of ['gone_1', 'gone_2', 'gone_3']) {
    await add(code).expect(201)
    await api.call('delete', `${fields}/${code}`).expect(204)
  }
}

describe('the compaction of a table', () => {
  it('removes the columns of deleted fields, and keeps everything else', async () => {
    await add('kept', { kind: 'money' }).expect(201)
    await dropSome()
    await add('later').expect(201)
    await api.work()
    await rowsOf('alter table contact replica identity full')
    await rowsOf('grant select on contact to public')
    const contact = await aContact(api, { userFields: { later: 'x', kept: { amount: '1.50', currency: 'RUB' } } })
    await fill(2500)
    const before = await shapeOf('contact')
    expect(before.dropped).toBe(3)
    const records = await rowsOf('select * from contact order by id')
    const lines: string[] = []
    await compact(api.db, 'contact', (line) => lines.push(line))
    expect(await shapeOf('contact')).toEqual({ dropped: 0, kept: before.kept })
    expect(await rowsOf('select * from contact order by id')).toEqual(records)
    expect(await leftovers()).toEqual([])
    expect(lines.at(-1)).toBe('Columns of deleted fields removed from the table contact: 3.')
    const { body } = await api.call('get', `/v1/contacts/${contact.id}`).expect(200)
    expect(body.userFields).toEqual(contact.userFields)
    // The next id follows the last one.
    const next = await aContact(api)
    expect(next.id).toBe((records.at(-1)!.id as number) + 2)
    await compact(api.db, 'contact', (line) => lines.push(line))
    expect(lines.at(-1)).toBe('The table contact has no columns of deleted fields.')
  })

  it('loses no change of requests that write meanwhile', async () => {
    await dropSome()
    const state = { isDone: false, failures: [] as string[] }
    const known = new Map<number, string | null>()
    const check = (status: number, expected: number, text: string) => {
      if (status !== expected) state.failures.push(`${status} ${text}`)
    }
    const write = async (writer: number) => {
      const own: number[] = []
      for (let n = 0; !state.isDone; n++) {
        const name = `Writer ${writer} ${n}`
        const data = [1, 2].map((k) => ({ op: 'create', data: { lastName: `${name} ${k}` } }))
        const made = await api.call('post', '/v1/contacts/batch', { operations: data })
        check(made.status, 200, made.text)
        for (const { record } of made.body.results as { record: Saved }[]) {
          own.push(record.id)
          known.set(record.id, record.lastName as string)
        }
        const id = own[Math.floor(own.length / 2)]!
        const changed = await api.call('patch', `/v1/contacts/${id}`, { lastName: `${name} changed` })
        check(changed.status, 200, changed.text)
        known.set(id, `${name} changed`)
        const read = await api.call('get', `/v1/contacts/${id}?fields=lastName`)
        if (read.body.lastName !== `${name} changed`) state.failures.push(`read ${read.status} ${read.text}`)
        const gone = own.shift()!
        check((await api.call('delete', `/v1/contacts/${gone}`)).status, 204, 'delete')
        known.delete(gone)
        // Deletes the row itself.
        check((await api.call('delete', `/v1/recycle-bin/C_${gone}`)).status, 204, 'purge')
        const list = await api.call('get', '/v1/contacts?sort=-id&limit=5&fields=lastName')
        check(list.status, 200, list.text)
      }
    }
    const writers = [1, 2, 3, 4].map(write)
    await until(() => known.size > 30)
    await compact(api.db, 'contact', quiet)
    const size = known.size
    await until(() => known.size > size + 10)
    state.isDone = true
    await Promise.all(writers)
    expect(state.failures).toEqual([])
    expect((await shapeOf('contact')).dropped).toBe(0)
    const rows = await rowsOf(`select id, last_name from contact where last_name like 'Writer%' and deleted_at is null`)
    expect(new Map(rows.map(({ id, last_name }) => [id, last_name]))).toEqual(known)
    // The index finds the same.
    const { body } = await api.call('get', '/v1/contacts?filter[lastName][contains]=Writer&count=exact&limit=1')
    expect(body.total).toBe(known.size)
  })
})

it('waits for changes that are not committed when their records are copied', async () => {
  await dropSome()
  const [changed, deleted] = [await aContact(api), await aContact(api)]
  await rowsOf('select local.begin_compaction(3)')
  const other = await api.pool.connect()
  await other.query('begin')
  await other.query(`update contact set last_name = 'Late' where id = $1`, [changed.id])
  await other.query('delete from contact where id = $1', [deleted.id])
  const done = compact(api.db, 'contact', quiet)
  const isWaiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%copy_batch%'`
  await until(async () => (await rowsOf(isWaiting)).length > 0)
  await other.query('commit')
  other.release()
  await done
  const ids = [changed.id, deleted.id]
  expect(await rowsOf('select id, last_name from contact where id = any($1)', [ids])).toEqual([
    { id: changed.id, last_name: 'Late' },
  ])
})

it('works for smart processes, also before they have records', async () => {
  await api.call('post', '/v1/types', { code: 'visit', title: 'Visit', features: ['stages'] }).expect(201)
  const ofVisit = '/v1/types/visit/fields'
  await api.call('post', ofVisit, { code: 'gone', kind: 'integer', label: 'Gone' }).expect(201)
  await api.call('delete', `${ofVisit}/gone`).expect(204)
  const [{ table } = { table: '' }] = await rowsOf(`select table_name as table from record_type where code = 'visit'`)
  const before = await shapeOf(table as string)
  await compact(api.db, 'visit', quiet)
  expect(await shapeOf(table as string)).toEqual({ dropped: 0, kept: before.kept })
  const create = async () => (await api.call('post', '/v1/types/visit/items', { title: 'First' }).expect(201)).body.id
  const first = await create()
  // The ids of this site are odd.
  expect(first % 2).toBe(1)
  expect(await create()).toBe(first + 2)
  await api.call('delete', '/v1/types/visit?force=true').expect(204)
})

describe('an interrupted compaction', () => {
  const run = (): ChildProcess =>
    spawn(process.execPath, ['src/compact.ts', 'contact'], {
      env: { PATH: process.env.PATH, DATABASE_URL: urlOf(api.connection) },
      stdio: 'ignore',
    })
  const begun = async () =>
    (await rowsOf('select copied_through from local.compaction'))[0]?.copied_through as number | undefined

  /** Kills a compaction after it has copied some records. */
  async function interrupt(): Promise<void> {
    const child = run()
    await until(async () => ((await begun()) ?? 0) > 0)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until(async () => {
      const [lock] = await rowsOf(`select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = 3`)
      return lock!.n === 0
    })
  }

  it('continues where it stopped, with the changes since', async () => {
    await dropSome()
    await fill(30_000)
    await interrupt()
    expect((await shapeOf('contact')).dropped).toBe(3)
    const contact = await aContact(api, { lastName: 'After the kill' })
    const [first] = await rowsOf('select min(id) as id from contact')
    await api.call('patch', `/v1/contacts/${first!.id}`, { lastName: 'Changed after the kill' }).expect(200)
    const through = await begun()
    const child = run()
    await once(child, 'exit')
    expect(child.exitCode).toBe(0)
    expect(through).toBeGreaterThan(0)
    expect((await shapeOf('contact')).dropped).toBe(0)
    expect(await leftovers()).toEqual([])
    const { body } = await api.call('get', `/v1/contacts/${first!.id}?fields=lastName`).expect(200)
    expect(body.lastName).toBe('Changed after the kill')
    await api.call('get', `/v1/contacts/${contact.id}`).expect(200)
    expect(
      (await rowsOf(`select count(*)::int as n from contact where last_name like 'Filler%'`))[0]!.n,
    ).toBeGreaterThan(30_000)
  }, 120_000)

  it('is abandoned when a field is added or deleted, which is refused while it runs', async () => {
    await dropSome()
    const child = run()
    await until(async () => ((await begun()) ?? 0) > 0)
    expect((await add('refused').expect(409)).body.code).toBe('compaction_running')
    expect((await api.call('delete', `${fields}/later`).expect(409)).body.code).toBe('compaction_running')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until(async () => (await add('accepted')).status === 201)
    expect(await leftovers()).toEqual([])
    await api.call('delete', `${fields}/accepted`).expect(204)
    await aContact(api, { lastName: 'After all' })
    await compact(api.db, 'contact', quiet)
    expect((await shapeOf('contact')).dropped).toBe(0)
  }, 120_000)
})

it('makes room in a table that is full', async () => {
  const [{ n: used } = { n: 0 }] = await rowsOf(
    `select count(*)::int as n from pg_attribute where attrelid = 'company'::regclass and attnum > 0`,
  )
  await rowsOf(`do $$ begin for i in 1..${1500 - (used as number)} loop
    execute format('alter table company add column dropped_%s text', i);
    execute format('alter table company drop column dropped_%s', i); end loop; end $$`)
  const another = () =>
    api.call('post', '/v1/types/company/fields', { code: 'another', kind: 'string', label: 'Another', inCard: false })
  const { body } = await another().expect(422)
  expect(body.code).toBe('compaction_needed')
  expect(body.detail).toMatch(
    /^The table has 1500 columns, of which 1\d{3} are of deleted fields\. .*`npm run compact -- company`/,
  )
  await compact(api.db, 'company', quiet)
  await another().expect(201)
})

it('names a type that does not exist', async () => {
  await expect(compact(api.db, 'contakt', quiet)).rejects.toThrow('There is no record type contakt.')
})
