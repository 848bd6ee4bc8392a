import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const create = (code: string, relations: object = {}) =>
  api.call('post', '/v1/types', { code, plural: `${code}Rows`, title: code, relations })
const faultsOf = ({ body }: { body: { errors?: object[] } }) => body.errors
const taken = (pointer: string, child: string, field: string) => ({
  ...{ pointer, code: 'relation_exists' },
  message: `The name ${field} is taken by a field or a link of the type ${child}, or of a feature that it can get.`,
})

describe('A parent whose name a field or a link of its children has', () => {
  it.each(['contacts', 'observers', 'createdBy', 'source', 'address', 'id'])('is refused for %s', async (code) => {
    await create(code).expect(201)
    const parents = { relations: { parents: ['deal', code] } }
    const pointer = '/relations/parents/1'
    const made = await api.call('post', '/v1/types', { code: `of${code}`, title: 'Child', ...parents }).expect(422)
    expect(faultsOf(made)).toEqual([taken(pointer, `of${code}`, code)])
    await create(`late${code}`).expect(201)
    const changed = await api.call('patch', `/v1/types/late${code}`, parents).expect(422)
    expect(faultsOf(changed)).toEqual([taken(pointer, `late${code}`, code)])
    const types = [{ code: `of${code}`, title: 'Child', ...parents }]
    const model = await api.call('put', '/v1/model', { format: 1, types }).expect(422)
    expect(faultsOf(model)).toEqual([taken('/types/0/relations/parents/1', `of${code}`, code)])
  })

  it('is refused for children that exist, each with its pointer', async () => {
    const both = await create('responsible', { children: ['deal', 'contact'] }).expect(422)
    expect(faultsOf(both)).toEqual([
      taken('/relations/children/0', 'deal', 'responsibleId'),
      taken('/relations/children/1', 'contact', 'responsibleId'),
    ])
    // Contacts have no field and no link with this name.
    expect(faultsOf(await create('stage', { children: ['contact', 'deal'] }).expect(422))).toEqual([
      taken('/relations/children/1', 'deal', 'stageId'),
    ])
  })

  it('cannot be a type that is called like the group of user fields', async () => {
    expect(faultsOf(await create('userFields').expect(422))).toMatchObject([
      { pointer: '/code', code: 'reserved_code' },
    ])
  })
})

it('A type that is named twice as a parent or a child is refused at its second place', async () => {
  const twice = { parents: ['deal', 'contact', 'deal'], children: ['lead', 'lead'] }
  const fault = { code: 'duplicate_value', message: 'The same value appears twice.' }
  const expected = [
    { pointer: '/relations/parents/2', ...fault },
    { pointer: '/relations/children/1', ...fault },
  ]
  expect(faultsOf(await create('visit', twice).expect(422))).toEqual(expected)
  await create('visit').expect(201)
  expect(faultsOf(await api.call('patch', '/v1/types/visit', { relations: twice }).expect(422))).toEqual(expected)
  const model = { format: 1, types: [{ code: 'visit', relations: { parents: ['deal', 'deal'] } }] }
  expect(faultsOf(await api.call('put', '/v1/model', model).expect(422))).toEqual([
    { pointer: '/types/0/relations/parents/1', ...fault },
  ])
})
