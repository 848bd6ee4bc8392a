import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, asCaller, limitsByName, limitsOf, own } from '../seed.ts'
import { groupCalls, ivanov, orlova, path } from './group-calls.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf })
})
afterAll(() => api.close())
const { clear, groups, members, scan, twins } = groupCalls(() => api)
beforeEach(clear)

it('a dismissed group is not shown until a compared field changes', async () => {
  const [first, second] = await twins(ivanov)
  await scan()
  await api.call('post', `${path}/${first}/dismiss?dryRun=true`).expect(204)
  expect(await members()).toHaveLength(1)
  await api.call('post', `${path}/${first}/dismiss`).expect(204)
  expect(await members()).toEqual([])
  await api.call('post', `${path}/${first}/dismiss`).expect(404)
  await api.call('patch', `/v1/contacts/${second}`, { comment: 'VIP', position: 'Юрист' }).expect(200)
  await scan()
  expect(await members()).toEqual([])
  await api.call('patch', `/v1/contacts/${second}`, { emails: { add: [{ value: 'b@vector.example' }] } }).expect(200)
  expect(await members()).toEqual([[first, second]])
})

it('a dismissed group can be listed, read and reopened', async () => {
  const [first, second] = await twins(ivanov)
  await scan()
  const { data } = await groups()
  await api.call('post', `${path}/${first}/reopen`).expect(404)
  await api.call('post', `${path}/${first}/dismiss`).expect(204)
  const dismissed = { ...data[0], automatic: false, status: 'dismissed' }
  expect((await groups('?status=dismissed')).data).toEqual([dismissed])
  expect((await api.call('get', `${path}/${first}`).expect(200)).body).toEqual(dismissed)
  await api.call('post', `${path}/${first}/merge`, {}).expect(404)
  await api.call('post', `${path}/${first}/reopen?dryRun=true`).expect(204)
  expect(await members()).toEqual([])
  await api.call('post', `${path}/${first}/reopen`).expect(204)
  expect((await groups()).data).toEqual(data)
  expect(await members('?status=dismissed')).toEqual([])
  await api.call('post', `${path}/${first}/reopen`).expect(404)
  await api.call('post', `${path}/${first}/dismiss`).expect(204)
  await api.call('patch', `/v1/contacts/${second}`, { emails: { add: [{ value: 'b@vector.example' }] } }).expect(200)
  expect(await members('?status=dismissed')).toEqual([])
})

it('a dismissed group stays listed when one of its records joins another group', async () => {
  const ids = await twins(ivanov)
  await scan()
  await api.call('post', `${path}/${ids[0]}/dismiss`).expect(204)
  const { id: third } = await aContact(api, { ...ivanov, firstName: 'Aleksandr' })
  await scan()
  expect(await members('?status=dismissed')).toEqual([ids])
  expect([[[ids[0], third]], [[ids[1], third]]]).toContainEqual(await members())
})

it('a dismissed group is reopened by everybody who may read its records, and shown to nobody else', async () => {
  limitsByName.Clerk = (caller) => ({ rows: { read: own(caller) } })
  const clerk = await asCaller(api, 'Clerk')
  const mine = await twins({ ...ivanov, responsibleId: clerk.userId })
  const others = await twins(orlova)
  await scan()
  for (const [id] of [mine, others]) await api.call('post', `${path}/${id}/dismiss`).expect(204)
  expect(await members('?status=dismissed')).toEqual([mine, others])
  expect(await members('?status=dismissed', clerk)).toEqual([mine])
  await clerk.call('post', `${path}/${others[0]}/reopen`).expect(404)
  await clerk.call('post', `${path}/${mine[0]}/reopen`).expect(204)
  expect(await members()).toEqual([mine])
})

it('a dismissed group stays dismissed for those who do not see the field that changed', async () => {
  limitsByName.Blind = () => ({ hidden: ['phones'] })
  const blind = await asCaller(api, 'Blind')
  const [first, second] = await twins({ ...ivanov, birthDate: '1980-02-03' })
  await scan()
  expect(await members('', blind)).toEqual([[first, second]])
  await blind.call('post', `${path}/${first}/dismiss`).expect(204)
  expect(await members()).toEqual([])
  await api.call('patch', `/v1/contacts/${second}`, { phones: { add: [{ value: '+7 945 000-11-22' }] } }).expect(200)
  expect(await members()).toHaveLength(1)
  expect(await members('', blind)).toEqual([])
})
