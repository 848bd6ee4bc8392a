import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, limitsByName, limitsOf, without } from '../seed.ts'
import { inThePast } from './past.ts'

let api: Api
let reader: Api
beforeAll(async () => {
  limitsByName.Reader = () => ({ rows: { read: without('title', 'old, hidden') } })
  api = await startApi({ limitsOf })
  reader = await asCaller(api, 'Reader')
  const at = inThePast(api)
  const ids = async (make: () => Promise<{ id: number }>) => [(await make()).id, (await make()).id] as const
  const [old, fresh] = await ids(() => aCompany(api))
  const [person, other] = await ids(() => aContact(api))
  const [hidden, reopened] = await ids(() => aCompany(api))
  const gone = (await aContact(api)).id
  const won = async (title: string, day: string, client: object) =>
    await at(`${day}T09:00:00Z`, async () => await aDeal(api, { title, stageId: 'WON', ...client }))
  const of = (...contacts: number[]) => ({ contacts: contacts.map((id) => ({ id })) })
  await won('old company', '2026-01-10', { companyId: old })
  await won('old company again', '2026-02-10', { companyId: old, ...of(other) })
  await won('new company', '2026-02-10', { companyId: fresh, ...of(person) })
  await won('new company twice', '2026-02-20', { companyId: fresh })
  await won('old person', '2026-01-10', of(person, other))
  await won('old person again', '2026-02-10', of(person))
  // The other was never the first contact of a deal without a company.
  await won('new person', '2026-02-10', of(other, person))
  await won('old, hidden', '2026-01-10', { companyId: hidden })
  await won('after a hidden one', '2026-02-10', { companyId: hidden })
  await won('nobody', '2026-02-10', {})
  await won('a deleted contact, else new', '2026-02-10', of(gone, other))
  await api.call('delete', `/v1/contacts/${gone}`).expect(204)
  const { id } = await won('reopened later', '2026-01-10', { companyId: reopened })
  await won('after a reopened one', '2026-02-10', { companyId: reopened })
  await at('2026-03-10T09:00:00Z', () => api.call('patch', `/v1/deals/${id}`, { stageId: 'NEW' }).expect(200))
  await at('2026-01-10T09:00:00Z', async () => await aDeal(api, { title: 'open', companyId: fresh }))
})
afterAll(() => api.close())

async function found({ call }: Pick<Api, 'call'>, event: string): Promise<string[]> {
  const filter = { event, period: { from: '2026-02-01', to: '2026-03-01' } }
  const { status, body } = await call('post', '/v1/deals/search', { filter, sort: 'title', fields: ['title'] })
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ title }: { title: string }) => title)
}

it('tells new clients from returning ones: by company, else by the primary contact', async () => {
  expect(await found(api, 'newClient')).toEqual([
    ...['a deleted contact, else new', 'new company', 'new company twice', 'new person'],
  ])
  expect(await found(api, 'returningClient')).toEqual([
    ...['after a hidden one', 'after a reopened one', 'old company again', 'old person again'],
  ])
})

it('knows only the records that the caller may read', async () => {
  expect(await found(reader, 'newClient')).toContain('after a hidden one')
  expect(await found(reader, 'returningClient')).toEqual([
    ...['after a reopened one', 'old company again', 'old person again'],
  ])
})
