import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { problem } from '../people/callers.ts'
import { aDeal, asCaller, limitsOf } from '../seed.ts'

// Q5: is there a limit on the number of records?

let api: Api
let limited: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
  for (const responsibleId of [api.userId, api.userId, limited.userId]) await aDeal(api, { responsibleId })
  const plan = { code: 'small', name: 'Small', features: [], analyticsLimit: 2 }
  await api.call('post', '/v1/plans', plan).expect(201)
  await api.call('patch', '/v1/settings', { plan: 'small' }).expect(200)
})
afterAll(() => api.close())

const asked = { type: 'deal', measures: [{ fn: 'count' }] }

it('refuses analytics over the limit of the plan, and nothing else', async () => {
  const { body } = await api.call('post', '/v1/analytics/query', asked).expect(403)
  const detail = 'The plan allows analytics for at most 2 records of a type. There are 3.'
  expect(body).toEqual(problem(403, 'analytics_limit_exceeded', detail, { limit: 2, count: 3 }))
  await aDeal(api)
  await api.call('get', '/v1/deals?filter[title][isEmpty]=true').expect(200)
})

it('counts the records that the caller may read', async () => {
  const { body } = await limited.call('post', '/v1/analytics/query', asked).expect(200)
  expect(body.totals.cells.measure0.value).toBe(1)
})

it('counts the records of the type that the query is about', async () => {
  await api.call('post', '/v1/analytics/query', { ...asked, type: 'contact' }).expect(200)
})
