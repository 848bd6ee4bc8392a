import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Api } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, asCaller, having, limitsByName, limitsOf, read } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  Object.assign(limitsByName, {
    Editor: () => ({}),
    'May not delete': () => ({ rows: { delete: having('comment', 'Deletable') } }),
    'May not change': () => ({ rows: { update: having('comment', 'Changeable') } }),
  })
  api = await startJobApi({ limitsOf })
})
afterAll(() => api.close())

const person = {
  ...{ firstName: 'Александр', lastName: 'Орлов', birthDate: '1980-05-17' },
  ...{ phones: [{ value: '+7 945 765-43-21' }], emails: [{ value: 'orlov@vector.example' }] },
}
const company = {
  title: 'ООО «Вектор-Юг»',
  phones: [{ value: '+7 945 111-22-33' }],
  emails: [{ value: 'a@vec.example' }],
}
/** Two spellings of one client, by the path of its type. */
const twins: Readonly<Record<string, [object, object]>> = {
  leads: [
    { ...person, title: 'Enquiry' },
    { ...person, firstName: 'Саша', title: 'Enquiry again' },
  ],
  contacts: [person, { ...person, firstName: 'Саша' }],
  companies: [company, { ...company, title: 'Вектор-Юг, ООО' }],
}

async function create(path: string, body: object): Promise<number> {
  return (await api.call('post', `/v1/${path}`, body).expect(201)).body.id
}

async function finished(path: string) {
  const { body: job } = await api.call('post', path).expect(202)
  await api.work()
  return (await api.call('get', job.links.self).expect(200)).body
}

it('Q6: can equal records be merged? Leads, contacts and companies automatically', async () => {
  for (const [path, bodies] of Object.entries(twins)) {
    const ids = [await create(path, bodies[0]), await create(path, bodies[1])]
    await finished(`/v1/${path}/duplicates/scan`)
    expect(await finished(`/v1/${path}/duplicates/merge`)).toMatchObject({ status: 'completed', result: { merged: 1 } })
    expect(await read(api, `${path}/${ids[1]}`)).toMatchObject({ id: ids[0], mergedInto: ids[0] })
  }
})

it('Q6: and by hand, as deals, which are only merged by hand', async () => {
  for (const path of ['leads', 'contacts', 'companies', 'deals']) {
    const bodies = twins[path] ?? [{ title: 'Pump' }, { title: 'Pump' }]
    const [survivorId, other] = [await create(path, bodies[0]), await create(path, bodies[1])]
    const { body } = await api.call('post', `/v1/${path}/merge`, { survivorId, ids: [other] }).expect(200)
    expect(body.record).toMatchObject({ id: survivorId })
    expect(await read(api, `${path}/${other}`)).toMatchObject({ id: survivorId, mergedInto: survivorId })
  }
  const { body } = await api.call('post', '/v1/deals/duplicates/merge').expect(422)
  expect(body.code).toBe('duplicates_not_supported')
})

it('Q6: who may merge? Administrators, and users who may change and delete the records', async () => {
  const merge = async (caller: Api) => {
    const [survivorId, other] = [(await aContact(api)).id, (await aContact(api)).id]
    return await caller.call('post', '/v1/contacts/merge', { survivorId, ids: [other] })
  }
  expect((await merge(api)).status).toBe(200)
  expect((await merge(await asCaller(api, 'Editor'))).status).toBe(200)
  for (const name of ['May not delete', 'May not change']) {
    const { status, body } = await merge(await asCaller(api, name))
    expect([status, body.code]).toEqual([403, 'forbidden'])
  }
})
