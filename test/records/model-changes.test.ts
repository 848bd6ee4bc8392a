import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { jobsOf } from '../bulk/jobs-of.ts'
import { addField, deletedInTheWay } from '../model-in-motion.ts'
import { aCompany, aContact, aDeal, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
})
afterAll(() => api.close())

let made = 0
const someFields = async (type: string) => {
  const ids = []
  for (let n = 0; n < 3; n++) ids.push(await addField(api, type, `passing_${made++}`))
  return ids
}

describe('While fields are deleted one after the other', () => {
  it.each([
    ['a list', 'get', () => '/v1/deals?expand=company,contacts', 200],
    ['a record', 'get', (id: number) => `/v1/deals/${id}?expand=company`, 200],
    ['a search', 'post', () => '/v1/deals/search', 200],
    ['a change', 'patch', (id: number) => `/v1/deals/${id}`, 200],
    ['an upsert', 'put', () => '/v1/deals/external/erp/passing', 201],
    ['a batch', 'post', () => '/v1/deals/batch', 200],
    ['a dry run of a bulk action', 'post', () => '/v1/deals/bulk?dryRun=true', 200],
    ['an export', 'get', () => '/v1/deals/export', 200],
  ] as const)('%s succeeds as usual', async (_what, method, pathOf, status) => {
    const deal = await aDeal(api, { companyId: (await aCompany(api)).id })
    const bodies: Record<string, object> = {
      search: { filter: { field: 'title', op: 'ne', value: 'x' } },
      batch: { operations: [{ op: 'update', id: deal.id, data: { comment: 'Batch' } }] },
      'bulk?dryRun=true': { ids: [deal.id], set: { comment: 'Bulk' } },
    }
    const path = pathOf(deal.id)
    const body = method === 'get' ? undefined : (bodies[path.split('/').at(-1)!] ?? { comment: 'Changed' })
    const answer = await deletedInTheWay(api, 'deal', await someFields('deal'), async () =>
      api.call(method, path, body).then((answer) => answer),
    )
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code: undefined })
  })

  it('a bulk action changes every record once', async () => {
    const contacts = await Promise.all([1, 2, 3].map(() => aContact(api)))
    const ids = contacts.map(({ id }) => id)
    const job = await deletedInTheWay(api, 'contact', await someFields('contact'), () =>
      jobsOf(api).bulk('contacts', { ids, set: { comment: 'Bulk' } }),
    )
    expect(job).toMatchObject({ status: 'completed', result: { records: 3, done: 3, failed: 0 } })
    for (const id of ids) expect(await read(api, `contacts/${id}`)).toMatchObject({ comment: 'Bulk', version: 2 })
  })

  it('an import creates every record once', async () => {
    const ids = await someFields('contact')
    const codes = [made - 3, made - 2, made - 1].map((n) => `passing_${n}`)
    const rows = [`Last name,${codes}`, ...[1, 2, 3].map((n) => `Import ${n},yes,yes,yes`)].join('\n')
    const job = await deletedInTheWay(api, 'contact', ids, async () => {
      const started = await api.call('post', '/v1/contacts/import').type('text/csv').send(rows).expect(202)
      return (await api.call('get', `/v1/jobs/${started.body.id}?wait=30`).expect(200)).body
    })
    expect(job).toMatchObject({ status: 'completed', result: { rows: 3, created: 3, failed: 0 } })
    const found = await api.call('get', '/v1/contacts?filter[lastName][startsWith]=Import&count=exact').expect(200)
    expect(found.body.total).toBe(3)
  })
})
