import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Scopes } from '../../src/people/scopes.ts'
import { type Api, startApi } from '../api.ts'
import { jobsOf } from '../bulk/jobs-of.ts'
import { aContact, aDeal } from '../seed.ts'
import { createKey, problem } from './callers.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
})
afterAll(() => api.close())

async function keyWith(scopes: Scopes) {
  const { key } = await createKey(api, { name: 'Narrow', scopes })
  return { call: api.as(key) }
}

it('does in a job no more than the key of the request allows', async () => {
  const { id } = await aDeal(api)
  const narrow = await keyWith([{ type: 'deal', operations: ['read', 'update'] }])
  const { bulk, errorsOf } = jobsOf(narrow)
  const moved = await bulk('deals', { ids: [id], set: { stageId: 'WON' } })
  expect(moved.result).toMatchObject({ done: 0, failed: 1 })
  expect(await errorsOf(moved.id)).toEqual([
    { recordId: id, column: null, severity: 'error', code: 'insufficient_scope' },
  ])
  const renamed = await bulk('deals', { ids: [id], set: { title: 'Renamed' } })
  expect(renamed.result).toMatchObject({ done: 1, failed: 0 })
  expect((await api.call('get', `/v1/deals/${id}`)).body).toMatchObject({ stageId: 'NEW', title: 'Renamed' })
})

it('reverts no job of a type that is closed to the key, and deletes nothing without that operation', async () => {
  const { id } = await aContact(api, { lastName: 'Before' })
  const renamed = await jobsOf(api).bulk('contacts', { ids: [id], set: { lastName: 'After' } })
  const other = await keyWith([{ type: 'deal', operations: ['read', 'update'] }])
  const detail = 'The scopes of this API key do not allow this: contact.read.'
  for (const query of ['', '?dryRun=true']) {
    const { body } = await other.call('post', `/v1/jobs/${renamed.id}/revert${query}`).expect(403)
    expect(body).toEqual(problem(403, 'insufficient_scope', detail, { missing: 'contact.read' }))
  }
  const reader = await keyWith([{ type: 'contact', operations: ['read', 'add'] }])
  expect((await jobsOf(reader).revert(renamed.id)).result).toMatchObject({ done: 0, failed: 1 })
  expect((await api.call('get', `/v1/contacts/${id}`)).body).toMatchObject({ lastName: 'After' })
})

it('keeps the grants of two jobs with different scopes apart', async () => {
  const { id } = await aDeal(api)
  const scopes = (operations: NonNullable<Scopes>[number]['operations']) => keyWith([{ type: 'deal', operations }])
  const [narrow, wide] = [await scopes(['read', 'update']), await scopes(['read', 'update', 'move'])]
  const move = { ids: [id], set: { stageId: 'PREPARATION' } }
  expect((await jobsOf(narrow).bulk('deals', move)).result).toMatchObject({ failed: 1 })
  expect((await jobsOf(wide).bulk('deals', move)).result).toMatchObject({ done: 1 })
})
