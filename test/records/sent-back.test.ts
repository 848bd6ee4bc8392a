import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { type Api, startApi } from '../api.ts'
import { aCompany, aDeal, asCaller, limitsOf, read } from '../seed.ts'
import { addUserFields, aRichRecord } from './rich.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
  await addUserFields(api)
})
afterAll(() => api.close())

const faultsOf = ({ errors }: { errors?: { pointer: string; code: string }[] }) =>
  errors?.map(({ pointer, code }) => `${pointer} ${code}`)

describe('A record that a form sends back', () => {
  it.each(systemTypes.map((type) => [type.plural, type] as const))('of %s changes nothing', async (plural, type) => {
    const path = `${plural}/${(await aRichRecord(api, type)).id}`
    const whole = (await api.call('get', `/v1/${path}?expand=responsible,createdBy,observers`).expect(200)).body
    const { body } = await api.call('patch', `/v1/${path}`, whole).expect(200)
    const { expanded, ...record } = whole
    expect(body).toEqual(record)
    expect(expanded.responsible).toMatchObject({ id: api.userId })
  })

  it('changes only what differs', async () => {
    const company = await aCompany(api, { title: 'Vector' })
    const { id } = await aDeal(api, { title: 'Old', companyId: company.id })
    const other = await aCompany(api, { title: 'Other' })
    const whole = (await api.call('get', `/v1/deals/${id}?expand=company,responsible`)).body
    const change = { ...whole, title: 'New', stageId: 'WON', companyId: other.id }
    const { body } = await api.call('patch', `/v1/deals/${id}`, change).expect(200)
    expect(body).toMatchObject({ title: 'New', stageSemantic: 'success', companyId: other.id, version: 2 })
  })

  it('is refused where a read-only value differs, with all faults at once', async () => {
    const { id } = await aDeal(api, { companyId: (await aCompany(api, { title: 'Vector' })).id })
    const whole = (await api.call('get', `/v1/deals/${id}?expand=company,createdBy`)).body
    const { company, createdBy } = whole.expanded
    const { status, body } = await api.call('patch', `/v1/deals/${id}`, {
      ...whole,
      ...{ version: 7, createdAt: null, closedAt: '2026-01-01T00:00:00.000Z', stageSemantic: 'success' },
      mergedInto: 5_000_001,
      expanded: { company: { ...company, title: 'Other' }, createdBy, client: {} },
    })
    expect([status, faultsOf(body)?.sort()]).toEqual([
      422,
      [
        '/closedAt read_only',
        '/createdAt read_only',
        '/expanded/client unknown_field',
        '/expanded/company read_only',
        '/mergedInto read_only',
        '/stageSemantic read_only',
        '/version read_only',
      ],
    ])
    expect((await api.call('patch', `/v1/deals/${id}`, { expanded: [] })).body.errors).toEqual([
      { pointer: '/expanded', code: 'invalid_type', message: 'Must be an object.' },
    ])
  })

  it('is the survivor, if it was merged', async () => {
    const [one, two] = [await aCompany(api, { title: 'One' }), await aCompany(api, { title: 'Two' })]
    await api.call('post', '/v1/companies/merge', { survivorId: one.id, ids: [two.id] }).expect(200)
    const whole = await read(api, `companies/${two.id}`)
    expect(whole).toMatchObject({ id: one.id, mergedInto: one.id })
    const { body } = await api.call('patch', `/v1/companies/${one.id}`, whole).expect(200)
    expect(body.version).toBe(whole.version)
  })

  it('is the same in a batch and under an external key', async () => {
    const key = { source: 'form', key: '1' }
    const { id } = await aDeal(api, { externalIds: [key] })
    const whole = (await api.call('get', `/v1/deals/${id}?expand=responsible`)).body
    const { expanded, ...record } = whole
    const put = await api.call('put', '/v1/deals/external/form/1', whole).expect(200)
    expect(put.body).toEqual(record)
    const operations = [whole, { ...whole, createdBy: null }, { ...whole, expanded: { responsible: null } }].map(
      (data) => ({ op: 'update', id, data }),
    )
    const { body } = await api.call('post', '/v1/deals/batch', { atomic: false, operations }).expect(207)
    const results = body.results.map(({ status, problem }: { status: number; problem?: object }) => [
      status,
      problem && faultsOf(problem),
    ])
    expect(results).toEqual([
      [200, undefined],
      [422, ['/operations/1/data/createdBy read_only']],
      [422, ['/operations/2/data/expanded/responsible read_only']],
    ])
    expect(expanded.responsible).toMatchObject({ id: api.userId })
  })

  it('tells nothing about hidden fields', async () => {
    const limited = await asCaller(api, 'Limited')
    const company = await aCompany(limited)
    const { id } = await aDeal(limited, { companyId: company.id })
    await api.call('patch', `/v1/companies/${company.id}`, { comment: 'secret' }).expect(200)
    const whole = (await limited.call('get', `/v1/deals/${id}?expand=company`).expect(200)).body
    await limited.call('patch', `/v1/deals/${id}`, whole).expect(200)
    const guess = { ...whole, expanded: { company: { ...whole.expanded.company, comment: 'secret' } } }
    expect(faultsOf((await limited.call('patch', `/v1/deals/${id}`, guess).expect(422)).body)).toEqual([
      '/expanded/company read_only',
    ])
  })
})
