import { afterAll, beforeAll, expect, it } from '@jest/globals'
import {
  type Callers,
  createUser,
  problem,
  settingsRequired,
  startWithCallers,
  unavailable,
} from '../people/callers.ts'

let callers: Callers
let path: string
beforeAll(async () => {
  callers = await startWithCallers()
  path = await aField('margin')
})
afterAll(() => callers.api.close())

async function aField(code: string): Promise<string> {
  await callers.api.call('post', '/v1/types/deal/fields', { code, kind: 'integer', label: code }).expect(201)
  return `/v1/types/deal/fields/${code}/visibility`
}

const everyone = { restricted: false, userIds: [], departments: [] }

it('shows a new field to everyone', async () => {
  expect((await callers.api.call('get', path).expect(200)).body).toEqual(everyone)
})

it('limits a field to users and departments, and opens it again', async () => {
  const { api, reader } = callers
  const { id } = await createUser(api, { lastName: 'Zimin' })
  const given = { restricted: true, userIds: [id, reader.userId], departments: [{ id: 1 }] }
  const restricted = { ...given, userIds: [reader.userId, id], departments: [{ id: 1, withSub: false }] }
  expect((await api.call('put', path, given).expect(200)).body).toEqual(restricted)
  expect((await api.call('get', path).expect(200)).body).toEqual(restricted)
  const below = { restricted: true, departments: [{ id: 1, withSub: true }] }
  expect((await api.call('put', path, below).expect(200)).body).toEqual({ ...below, userIds: [] })
  const opened = await api.call('put', path.replace('margin', 'userFields.margin'), { restricted: false }).expect(200)
  expect(opened.body).toEqual(everyone)
})

it('takes back a dry run and repeats an answer', async () => {
  const { api } = callers
  const dry = await api.call('put', `${path}?dryRun=true`, { restricted: true }).expect(200)
  expect(dry.body).toEqual({ ...everyone, restricted: true })
  expect((await api.call('get', path)).body).toEqual(everyone)
  const send = (body: object) => api.call('put', path, body).set('idempotency-key', 'hide the margin')
  await send({ restricted: true }).expect(200)
  await api.call('put', path, { restricted: false }).expect(200)
  // The answer was made for other rights.
  expect((await send({ restricted: true }).expect(409)).body.code).toBe('answer_outdated')
  expect((await api.call('get', path)).body).toEqual(everyone)
})

it('counts as a change of rights from the next request on, and leaves the column as it is', async () => {
  const { api } = callers
  const versions = async () => (await api.pool.query('select catalogue, rights from local.revision')).rows[0]
  const deal = await api.call('post', '/v1/deals', { title: 'Shelves', userFields: { margin: 30 } }).expect(201)
  const before = await versions()
  await api.call('put', path, { restricted: true, userIds: [api.userId] }).expect(200)
  const after = await versions()
  expect([after.catalogue > before.catalogue, after.rights > before.rights]).toEqual([true, true])
  const { body } = await api.call('get', `/v1/deals/${deal.body.id}`).expect(200)
  expect(body.userFields.margin).toBe(30)
})

it('refuses to hide a system field, whose visibility can be read', async () => {
  const { api } = callers
  const system = '/v1/types/deal/fields/amount/visibility'
  expect((await api.call('get', system).expect(200)).body).toEqual(everyone)
  const { body } = await api.call('put', system, { restricted: true }).expect(422)
  expect(body).toEqual(
    problem(
      422,
      'visibility_of_system_field',
      'Only user fields can be hidden. amount is a system field, which everyone who may read the record sees.',
    ),
  )
})

it('answers unknown types and fields with the nearest name', async () => {
  const { api } = callers
  const field = await api.call('put', path.replace('margin', 'margn'), { restricted: true }).expect(404)
  expect(field.body).toMatchObject({ code: 'field_not_found', hint: 'margin' })
  const type = await api.call('get', path.replace('deal', 'deel')).expect(404)
  expect(type.body).toMatchObject({ code: 'type_not_found', hint: 'deal' })
})

it('returns all faults of a body at once', async () => {
  const { api } = callers
  const refused = async (body: object | string) => {
    const answer = await api.call('put', path, body).set('content-type', 'application/json').expect(422)
    return answer.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)
  }
  const departments = [{ id: 99 }, { id: 1 }, { id: 1, withSub: true }]
  expect(await refused({ restrict: true, userIds: [api.userId, 98], departments, groupIds: [1] })).toEqual([
    ...['/restricted required', '/restrict unknown_field', '/groupIds unknown_field'],
    ...['/userIds/1 not_found_reference', '/departments/0 not_found_reference', '/departments/2 duplicate_value'],
  ])
  expect(await refused({ restricted: 'yes', userIds: ['a', 98], departments: [{ withSub: 1 }] })).toEqual([
    ...['/restricted invalid_type', '/userIds/0 invalid_type'],
    ...['/departments/0/id required', '/departments/0/withSub invalid_type'],
  ])
  expect(await refused({})).toEqual(['/restricted required'])
  expect(await refused({ restricted: true, userIds: [1, 1], departments: null })).toEqual([
    '/userIds duplicate_value',
    '/departments invalid_type',
  ])
  expect(await refused('[]')).toEqual([' invalid_type'])
})

it('is for administrators', async () => {
  const { asReader, asOutsider } = callers
  for (const send of [
    (as: typeof asReader) => as('get', path),
    (as: typeof asReader) => as('put', path, { restricted: true }),
  ]) {
    expect((await send(asReader).expect(403)).body).toEqual(settingsRequired)
    expect((await send(asOutsider).expect(403)).body).toEqual(unavailable)
  }
})

it('needs the plan feature to be changed', async () => {
  const { api } = callers
  await api.call('post', '/v1/plans', { code: 'basic', name: 'Basic', features: ['roles'] }).expect(201)
  await api.call('patch', '/v1/settings', { plan: 'basic' }).expect(200)
  const { body } = await api.call('put', path, { restricted: false }).expect(403)
  expect(body).toMatchObject({ code: 'plan_feature_required', feature: 'fieldVisibility' })
  await api.call('get', path).expect(200)
  await api.call('patch', '/v1/settings', { plan: 'default' }).expect(200)
})

it('forgets the viewers of a field that is deleted', async () => {
  const { api } = callers
  const gone = await aField('secret')
  await api.call('put', gone, { restricted: true, userIds: [api.userId] }).expect(200)
  await api.call('delete', gone.replace('/visibility', '')).expect(204)
  await api.call('get', gone).expect(404)
  const { rows } = await api.pool.query('select from field_viewer where field_id not in (select id from user_field)')
  expect(rows).toEqual([])
})
