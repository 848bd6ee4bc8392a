import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

it('keeps hidden fields required and unnamed when somebody who does not see them changes a stage', async () => {
  const path = '/v1/types/deal/pipelines/3/stages/EXECUTING'
  await api.call('post', '/v1/types/deal/fields', { code: 'margin', kind: 'string', label: 'Margin' }).expect(201)
  await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: true }).expect(200)
  await api.call('patch', path, { requiredFields: ['userFields.margin', 'closeDate'] }).expect(200)
  const { userId, key } = await aUser(api.db)
  await api.call('post', '/v1/roles', { name: 'Settings', settings: true, members: { userIds: [userId] } }).expect(201)
  const blind = api.as(key)
  const changed = await blind('patch', path, { requiredFields: ['amount'] }).expect(200)
  expect(changed.body.requiredFields).toEqual(['amount'])
  const { requiredFields } = (await api.call('get', path).expect(200)).body
  expect(requiredFields.toSorted()).toEqual(['amount', 'userFields.margin'])
  for (const name of ['margin', 'margi']) {
    const { body } = await blind('patch', path, { requiredFields: [`userFields.${name}`] }).expect(422)
    const message = `There is no field userFields.${name}.`
    expect(body.errors).toEqual([{ pointer: '/requiredFields/0', code: 'unknown_field', message }])
  }
})
