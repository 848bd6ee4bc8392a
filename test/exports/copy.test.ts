import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { aUser } from '../api.ts'
import { createFields, fieldsOfEveryKind } from '../fields-of-every-kind.ts'
import { aFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { addUserFields, aNamed, aRichRecord } from '../records/rich.ts'
import { aCompany, aContact, aRecord } from '../seed.ts'
import { exportedText } from './exported.ts'

/** Prepares a server with the same users, fields and types as the other one. */
async function prepared(): Promise<JobApi> {
  const api = await startJobApi()
  await aUser(api.db, { lastName: 'Colleague' })
  await addUserFields(api)
  const features = ['stages', 'client', 'money', 'source']
  await api.call('post', '/v1/types', { code: 'parcel', title: 'Parcel', number: 171, features }).expect(201)
  const limits = { string: {}, text: {}, integer: {}, decimal: { precision: 4 } } as Record<string, object>
  const fields = fieldsOfEveryKind.map((field) =>
    field.kind in limits ? { ...field, settings: limits[field.kind] } : field,
  )
  await createFields(api, 'parcel', fields)
  return api
}

/** Imports a file, and returns the job with its errors. */
async function copied(api: JobApi, path: string, file: string, query = 'keep=ids') {
  const started = await api
    .call('post', `/v1/${path}/import?${query}`)
    .set('content-type', 'text/csv')
    .send(file as never)
    .expect(202)
  await api.work()
  const { status, error, result, links } = (await api.call('get', started.body.links.self)).body
  const errors = (await api.call('get', links.errors)).body.data
  return { status, error, created: result.created, failed: result.failed, errors }
}

describe('records of all types, copied from one database to another by raw files', () => {
  let from: JobApi
  let to: JobApi
  beforeAll(async () => {
    ;[from, to] = await Promise.all([prepared(), prepared()])
  }, 120_000)
  afterAll(async () => {
    await Promise.all([from.close(), to.close()])
  })

  const paths = [...systemTypes.map(({ plural }) => plural), 'types/parcel/items']
  const exportOf = (api: JobApi, path: string) => exportedText(api.call, `${path}/export?mode=raw&sort=id`)

  it('come back as the same files, byte for byte', async () => {
    for (const type of systemTypes) {
      const { id } = await aRichRecord(from, type)
      await aNamed(from, type)
      const plain = await aRichRecord(from, type)
      await from.call('patch', `/v1/${type.plural}/${id}`, { userFields: { own_text: 'changed later' } }).expect(200)
      expect(plain.id).toBeGreaterThan(id)
    }
    await from.pool.query("select setval('contact_id_seq', 100001)")
    await aParcel(from)
    // The files of records are copied by uploading them in the same order.
    const { rows } = await from.pool.query(`select count(*)::int as n from file`)
    for (let n = 0; n < rows[0].n; n++) await aFile(to)
    const before = new Map<string, string>()
    for (const path of paths) before.set(path, await exportOf(from, path))
    for (const [path, file] of before) {
      const rows = file.trimEnd().split('\r\n').length - 1
      expect([path, await copied(to, path, file)]).toEqual([
        path,
        { status: 'completed', error: null, created: expect.any(Number), failed: 0, errors: [] },
      ])
      expect(rows).toBeGreaterThan(0)
    }
    for (const [path, file] of before) expect(await exportOf(to, path)).toBe(file)
    // New records get ids that no copied record has.
    const [contact, last] = [await aContact(to), await from.pool.query('select max(id)::int as id from contact')]
    expect(contact.id).toBeGreaterThan(last.rows[0].id)
    expect(contact.id % 2).toBe(1)
  }, 240_000)
})

/** Creates an item with a value in every user field, and one without. */
async function aParcel(api: JobApi): Promise<void> {
  const [company, contact] = [await aCompany(api, { title: 'Receiver' }), await aContact(api, { firstName: 'Rec' })]
  const file = await aFile(api)
  const values: Record<string, unknown> = {
    ...{ string: ' =1+1 "x"; ', text: '\n two\nlines ', integer: -7, decimal: '-0.0100', boolean: true },
    ...{
      date: '2026-02-28',
      datetime: '2026-01-31T07:00:00.123456Z',
      enumeration: 'post',
      url: 'https://a.example/?q=1,2',
    },
    ...{
      money: { amount: '0.10', currency: 'USD' },
      address: { lines: ['a, b'], city: 'Omsk' },
      file: { id: file.id },
    },
    ...{ employee: api.userId, dictionary: 'WEB', crm: { type: 'company', id: company.id } },
  }
  const more = {
    crm: [
      { type: 'contact', id: contact.id },
      { type: 'company', id: company.id },
    ],
  } as Record<string, unknown>
  const fields = (await api.call('get', '/v1/types/parcel/fields')).body.data as {
    path: string
    kind: string
    multiple: boolean
  }[]
  const own = fields.filter(({ path }) => path.startsWith('userFields.'))
  const userFields = Object.fromEntries(
    own.map(({ path, kind, multiple }) => {
      const value = values[kind]
      expect([kind, value]).not.toEqual([kind, undefined])
      return [path.slice('userFields.'.length), multiple ? (more[kind] ?? [value]) : value]
    }),
  )
  await aRecord(api, 'types/parcel/items', { title: 'Full', companyId: company.id, userFields })
  await aRecord(api, 'types/parcel/items', { title: 'Bare' })
}
