import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { type Api, startApi } from '../api.ts'
import { jobsOf } from '../bulk/jobs-of.ts'
import { aContact, read } from '../seed.ts'
import { until } from '../until.ts'

let api: Api
let other: pg.PoolClient
beforeAll(async () => {
  api = await startApi({ work: true })
  other = await api.pool.connect()
})
afterEach(() => other.query('rollback'))
afterAll(async () => {
  other.release()
  await api.close()
})

const fields = '/v1/types/contact/fields'
const add = (code: string, more: object = {}) =>
  api.call('post', fields, { code, kind: 'string', label: code, ...more }).expect(201)
const stateOf = async (code: string) => (await api.call('get', `${fields}/${code}`).expect(200)).body.indexState

describe('While indexes are being built', () => {
  /** Blocks the creation of every index until the transaction ends, and blocks nothing else. */
  const holdUp = () => other.query('begin isolation level repeatable read; select from record_type')

  it('fields can be added and deleted at once, and their indexes follow later', async () => {
    await holdUp()
    const made = await add('first')
    expect(made.body.indexState).toBe('pending')
    await until(async () => (await stateOf('first')) === 'building')
    await add('second')
    await until(async () => (await stateOf('second')) !== 'pending' || (await stateOf('first')) === 'building')
    await api.call('delete', `${fields}/first`).expect(204)
    await until(async () => (await stateOf('second')) === 'building')
    await add('third')
    await other.query('rollback')
    await until(async () => (await stateOf('second')) === 'ready' && (await stateOf('third')) === 'ready')
    const { body } = await api.call('get', fields).expect(200)
    expect(body.data.find(({ code }: { code: string }) => code === 'lastName').indexState).toBe('ready')
  })

  it('new fields can be deleted again, repeatedly', async () => {
    const codes = Array.from({ length: 8 }, (_, n) => `brief_${n}`)
    await Promise.all(codes.map((code) => add(code)))
    const statuses = await Promise.all(
      codes.map(async (code) => (await api.call('delete', `${fields}/${code}`)).status),
    )
    expect(statuses).toEqual(codes.map(() => 204))
  })

  it('a failed index is reported, and built as soon as possible', async () => {
    const { rows } = await api.pool.query('select last_value + 2 as id from user_field_id_seq')
    // Another relation has its name.
    const name = `contact_f_${rows[0].id}_sort`
    await api.pool.query(`create table ${name} ()`)
    await add('unlucky', { kind: 'integer' })
    await until(async () => (await stateOf('unlucky')) === 'failed')
    await api.pool.query(`drop table ${name}`)
    await until(async () => (await stateOf('unlucky')) === 'ready')
  })
})

describe('An option that is removed during other changes', () => {
  const options = [
    { code: 'slow', label: 'Slow' },
    { code: 'fast', label: 'Fast' },
  ]
  const remove = (code: string) => api.call('patch', `${fields}/${code}`, { options: [options[0]] })

  it('is refused in a change that began earlier', async () => {
    await add('delivery', { kind: 'enumeration', options })
    const { id } = await aContact(api)
    await other.query('begin')
    await other.query('select from contact where id = $1 for update', [id])
    const change = api.call('patch', `/v1/contacts/${id}`, { userFields: { delivery: 'fast' } }).then((done) => done)
    await until(() => somebodyWaits('transactionid'))
    await remove('delivery').expect(200)
    await other.query('rollback')
    const { status, body } = await change
    expect({ status, code: body.errors?.[0].code }).toEqual({ status: 422, code: 'unknown_value' })
    expect((await read(api, `contacts/${id}`)).userFields).toMatchObject({ delivery: null })
  })

  it('is refused record by record in a bulk action that began earlier', async () => {
    await add('bulky', { kind: 'enumeration', options, multiple: true })
    const ids = [(await aContact(api)).id, (await aContact(api)).id]
    await other.query('begin')
    await other.query('select from contact where id = $1 for update', [ids[0]])
    const action = jobsOf(api).bulk('contacts', { ids, set: { userFields: { bulky: ['slow', 'fast'] } } })
    await until(() => somebodyWaits('transactionid'))
    await remove('bulky').expect(200)
    await other.query('rollback')
    expect(await action).toMatchObject({ status: 'completedWithErrors', result: { records: 2, done: 0, failed: 2 } })
  })

  it('is kept if an uncommitted change uses it', async () => {
    await add('pace', { kind: 'enumeration', options })
    const { id } = await aContact(api)
    // The change is written, but cannot save its response before this transaction ends.
    await other.query('begin')
    await other.query(
      `insert into local.idempotency (user_id, key, fingerprint, basis, status, headers) values ($1, 'pace', '', '', 200, '{}')`,
      [api.userId],
    )
    const change = api
      .call('patch', `/v1/contacts/${id}`, { userFields: { pace: 'fast' } })
      .set('idempotency-key', 'pace')
      .then((done) => done)
    await until(() => somebodyWaits('transactionid'))
    const removal = remove('pace').then((done) => done)
    await Promise.race([removal, until(() => somebodyWaits('advisory'))])
    await other.query('rollback')
    expect((await change).status).toBe(200)
    const { status, body } = await removal
    expect({ status, code: body.errors?.[0].code }).toEqual({ status: 422, code: 'option_in_use' })
    expect((await read(api, `contacts/${id}`)).userFields).toMatchObject({ pace: 'fast' })
  })

  async function somebodyWaits(lock: 'transactionid' | 'advisory'): Promise<boolean> {
    const { rows } = await api.pool.query('select from pg_locks where locktype = $1 and not granted', [lock])
    return rows.length > 0
  }
})
