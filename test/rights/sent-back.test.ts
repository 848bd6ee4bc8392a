import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

/** Resources that are changed, each with its path, how it is changed, and a read-only member with another value. */
const resources: { name: string; path: string; put?: true; readOnly: [string, unknown]; code?: string }[] = [
  { name: 'user', path: 'users/3', readOnly: ['id', 5] },
  { name: 'caller', path: 'me', readOnly: ['lastName', 'Other'] },
  { name: 'root department', path: 'departments/1', readOnly: ['id', 5] },
  { name: 'department', path: 'departments/3', readOnly: ['id', 5] },
  { name: 'group', path: 'groups/1', readOnly: ['id', 5] },
  { name: 'role', path: 'roles/1', readOnly: ['id', 5] },
  { name: 'settings', path: 'settings', readOnly: ['leadMode', 'simple'] },
  { name: 'plan', path: 'plans/default', readOnly: ['code', 'other'] },
  { name: 'dictionary', path: 'dictionaries/SOURCE', readOnly: ['code', 'OTHER'] },
  { name: 'entry', path: 'dictionaries/SOURCE/entries/WEB', readOnly: ['system', false] },
  { name: 'currency', path: 'currencies/EUR', readOnly: ['isBase', true] },
  { name: 'pipeline', path: 'types/deal/pipelines/3', readOnly: ['id', 5] },
  { name: 'stage', path: 'types/deal/pipelines/3/stages/NEW', readOnly: ['semantic', 'success'] },
  { name: 'smart process', path: 'types/delivery', readOnly: ['number', 1] },
  { name: 'user field', path: 'types/deal/fields/city', readOnly: ['kind', 'text'], code: 'fixed_property' },
  { name: 'sales plan', path: 'sales-plans/1', readOnly: ['createdBy', 5] },
  { name: 'saved report', path: 'analytics/saved-reports/1', put: true, readOnly: ['version', 7] },
]

let api: Api
beforeAll(async () => {
  api = await startApi()
  const create = async (path: string, body: object) => {
    const { status, body: problem } = await api.call('post', `/v1/${path}`, body)
    if (status !== 201) throw new Error(JSON.stringify(problem))
  }
  const name = { en: 'Sales', ru: 'Продажи' }
  await create('departments', { name, headId: api.userId })
  await create('users', { firstName: 'Anna', departmentIds: [3] })
  await create('groups', { name, userIds: [3] })
  await create('types', { code: 'delivery', plural: 'deliveries', title: name, titles: name, features: ['stages'] })
  await create('types/deal/fields', { code: 'city', kind: 'string', label: { en: 'City', ru: 'Город' } })
  await create('sales-plans', { month: '2026-11', type: 'deal', amount: '5', currency: 'RUB' })
  const report = { report: 'query', parameters: { type: 'deal', measures: [{ fn: 'count' }] } }
  await create('analytics/saved-reports', { name: 'Deals', ...report })
})
afterAll(() => api.close())

describe.each(resources)('A $name that is sent back', ({ path, put, readOnly: [member, other], code }) => {
  const url = `/v1/${path}`
  const read = async (labels = '') => (await api.call('get', url + labels).expect(200)).body
  const send = (body: object) => api.call(put ? 'put' : 'patch', url, body).set('accept-language', 'ru')

  it('as it was read keeps its values, in all languages', async () => {
    const labels = (await api.call('get', `${url}?labels=all`)).status === 200 ? '?labels=all' : ''
    const before = await read(labels)
    const shown = (await api.call('get', url).set('accept-language', 'ru').expect(200)).body
    await send(shown).expect(200)
    const { version: _, updatedAt: __, updatedBy: ___, ...after } = await read(labels)
    expect(before).toMatchObject(after)
  })

  it('is refused with another value of a member that cannot be changed', async () => {
    const { body } = await send({ ...(await read()), [member]: other }).expect(422)
    expect(body.errors).toMatchObject([{ pointer: `/${member}`, code: code ?? 'unknown_field' }])
  })
})
