import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, asCaller, limitsByName, limitsOf, own, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.pool.query('delete from communication; delete from external_id; delete from contact')
})

const person = {
  firstName: 'Александр',
  lastName: 'Иванов',
  phones: [{ value: '8 945 123-45-67' }],
  emails: [{ value: 'a.ivanov@vector.example' }],
}
const same = {
  firstName: 'Aleksandr',
  lastName: 'Ivanov',
  phones: [{ value: '+7 945 123 45 67' }],
  emails: person.emails,
}
const post = (onDuplicate: string, body: object, { call }: Pick<Api, 'call'> = api) =>
  call('post', `/v1/contacts?onDuplicate=${onDuplicate}`, body)
const countContacts = async () => (await api.pool.query('select count(*)::int as n from contact')).rows[0].n

it('creates duplicates by default', async () => {
  await aContact(api, person)
  await api.call('post', '/v1/contacts', same).expect(201)
  await post('allow', same).expect(201)
})

it('rejects a duplicate and names the record', async () => {
  const { id } = await aContact(api, person)
  const { body } = await post('reject', same).expect(409)
  expect(body).toMatchObject({
    code: 'duplicate_found',
    detail: `There is a contact like this already: ${id}. Send \`onDuplicate=allow\` to create it all the same.`,
    duplicates: [
      {
        id,
        reasons: [
          { code: 'email_same' },
          { code: 'phone_same' },
          { code: 'lastName_transliterated' },
          { code: 'firstName_transliterated' },
        ],
      },
    ],
  })
  await post('reject', { firstName: 'Ольга', lastName: 'Петрова', phones: person.phones }).expect(201)
  expect(await countContacts()).toBe(2)
})

it('changes the only duplicate: sets filled fields, adds items, clears nothing', async () => {
  const { id } = await aContact(api, { ...person, position: 'Директор', comment: 'VIP' })
  const body = {
    ...same,
    phones: [...same.phones, { value: '+7 945 999-88-77' }],
    position: 'Юрист',
    comment: null,
    emails: [],
  }
  const { body: saved } = await post('update', body).expect(200)
  expect(saved).toMatchObject({ id, version: 2, lastName: 'Ivanov', position: 'Юрист', comment: 'VIP' })
  expect(saved.phones.map(({ normalized }: { normalized: string }) => normalized)).toEqual([
    '+79451234567',
    '+79459998877',
  ])
  expect(saved.emails).toHaveLength(1)
  expect(await countContacts()).toBe(1)
})

it('does not choose between several duplicates', async () => {
  const ids = [(await aContact(api, person)).id, (await aContact(api, person)).id]
  const { body } = await post('update', same).expect(409)
  expect(body.duplicates.map(({ id }: { id: number }) => id)).toEqual(ids)
})

it('changes nothing in a dry run', async () => {
  const { id } = await aContact(api, person)
  await api.call('post', '/v1/contacts?onDuplicate=update&dryRun=true', { ...same, position: 'Юрист' }).expect(200)
  expect(await read(api, `contacts/${id}`)).toMatchObject({ version: 1, position: null })
})

it('applies to upserts, and the duplicate gets the external key', async () => {
  const { id } = await aContact(api, person)
  const path = '/v1/contacts/external/erp/K-1'
  await api.call('put', `${path}?onDuplicate=reject`, same).expect(409)
  const { body } = await api.call('put', `${path}?onDuplicate=update`, same).expect(200)
  expect(body).toMatchObject({ id, externalIds: [{ source: 'erp', key: 'K-1' }] })
  await api.call('put', `${path}?onDuplicate=reject`, { position: 'Юрист' }).expect(200)
})

it('applies to batches, also between their own operations', async () => {
  const { id } = await aContact(api, person)
  const other = { firstName: 'Ольга', lastName: 'Кузнецова', emails: [{ value: 'kuznecova@vector.example' }] }
  const operations = [
    { op: 'create', data: same },
    { op: 'create', data: other },
    { op: 'create', data: { ...other, firstName: 'Olga', position: 'Юрист' } },
  ]
  const batch = (onDuplicate: string) =>
    api.call('post', `/v1/contacts/batch?onDuplicate=${onDuplicate}`, { atomic: false, operations })
  const { body: rejected } = await batch('reject').expect(207)
  expect(rejected.results.map(({ status }: { status: number }) => status)).toEqual([409, 201, 409])
  const { body: updated } = await batch('update').expect(200)
  expect(updated.results.map(({ status }: { status: number }) => status)).toEqual([200, 200, 200])
  expect(updated.results[0].id).toBe(id)
  expect(await countContacts()).toBe(2)
  const mixed = { operations: [{ op: 'create', type: 'deal', data: {} }] }
  const { body } = await api.call('post', '/v1/batch?onDuplicate=reject', mixed).expect(422)
  expect(body.code).toBe('duplicates_not_supported')
})

it('finds only what the caller may read, and changes only what the caller may change', async () => {
  limitsByName.Mole = (caller) => ({ rows: { read: own(caller) } })
  limitsByName.Reader = () => ({ rows: { update: false } })
  await aContact(api, person)
  await post('reject', same, await asCaller(api, 'Mole')).expect(201)
  await api.pool.query('delete from contact where id <> (select min(id) from contact)')
  const { body } = await post('update', same, await asCaller(api, 'Reader')).expect(403)
  expect(body.code).toBe('forbidden')
})

it('refuses records that are not searched for duplicates', async () => {
  const { body } = await api.call('post', '/v1/deals?onDuplicate=reject', {}).expect(422)
  expect(body.code).toBe('duplicates_not_supported')
})

it('creates one of two that are sent at once', async () => {
  for (let round = 0; round < 40; round++) {
    await api.pool.query('delete from communication; delete from contact')
    const data = { firstName: 'Ирина', lastName: 'Белова', phones: person.phones, emails: person.emails }
    const batch = { operations: [{ op: 'create', data: { ...data, firstName: 'Irina' } }] }
    const answers = await Promise.all([
      post('reject', data),
      post('reject', { ...data, lastName: 'Belova' }),
      api.call('post', '/v1/contacts/batch?onDuplicate=reject', { ...batch, atomic: false }),
      post('reject', { ...data, position: 'Юрист' }),
    ])
    const codes = answers.map(({ status, body }) => (body.results ? body.results[0].status : status))
    expect(codes.toSorted()).toEqual([201, 409, 409, 409])
  }
})
