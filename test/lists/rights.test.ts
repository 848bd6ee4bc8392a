import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { aFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'

let api: JobApi
/** A caller who is no administrator. */
let seller: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf: () => ({}) })
  const user = await aUser(api.db)
  seller = { ...api, ...user, call: api.as(user.key) }
  await api.call('patch', `/v1/users/${api.userId}`, { email: 'boss@example.com', language: 'ru' }).expect(200)
  for (const one of [api, seller]) {
    const name = one === api ? 'secret' : 'own'
    await aFile(one, name, `${name}.txt`)
    await one.call('post', '/v1/api-keys', { name }).expect(201)
    const { id } = await aContact(one, { lastName: name })
    await one.call('post', '/v1/contacts/bulk', { ids: [id], set: { position: name } }).expect(202)
    const other = await aContact(one, { lastName: name })
    await one.call('delete', `/v1/contacts/${other.id}`).expect(204)
  }
})
afterAll(() => api.close())

const countOf = async (one: JobApi, path: string) =>
  (await one.call('get', `/v1/${path}count=exact&limit=1`).expect(200)).body.total

describe('A caller who is no administrator', () => {
  it.each(['email=boss@example.com', 'isAdmin=true', 'departmentIds=1', 'groupIds=1', 'language=ru', 'timeZone=UTC'])(
    'cannot filter, sort or choose users by %s',
    async (condition) => {
      const [name] = condition.split('=')
      const query = `filter[${condition.replace('=', ']=')}&sort=${name}&fields=${name}`
      const { body } = await seller.call('get', `/v1/users?${query}`).expect(400)
      const { body: unknown } = await seller
        .call('get', `/v1/users?${query.replaceAll(`${name}`, 'zzzzzz')}`)
        .expect(400)
      const codes = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code)
      expect(codes(body)).toEqual(codes(unknown))
    },
  )

  it('sees the names of users', async () => {
    const { body } = await seller.call('get', `/v1/users?filter[id]=${api.userId}&fields=lastName,active`).expect(200)
    expect(body.data).toEqual([{ id: api.userId, lastName: 'User', active: true }])
  })

  it.each([
    'files?filter[name]=secret.txt&',
    'files?filter[sha256][startsWith]=2bb80d&',
    'files?filter[name][contains]=secret&',
    'api-keys?filter[name]=secret&',
    'jobs?filter[createdBy][ne]=me&',
    'recycle-bin?filter[name][contains]=secret&',
  ])('finds nothing of others with %s', async (path) => {
    expect([await countOf(api, path), await countOf(seller, path)]).toEqual([1, 0])
  })

  it.each(['files?', 'jobs?', 'recycle-bin?'])('finds their own with %s', async (path) => {
    expect([await countOf(api, path), await countOf(seller, path)]).toEqual([2, 1])
  })

  it('finds exactly the files that they can read one by one', async () => {
    const { body } = await seller.call('get', '/v1/files?fields=id').expect(200)
    const all = (await api.call('get', '/v1/files?fields=id').expect(200)).body.data as { id: number }[]
    const readable = await Promise.all(
      all.map(async (file) => ((await seller.call('get', `/v1/files/${file.id}`)).status === 200 ? [file] : [])),
    )
    expect(body.data).toEqual(readable.flat())
  })

  it('learns from the missing ids of a list no more than that they cannot be read', async () => {
    const { body } = await api.call('get', '/v1/files?sort=id').expect(200)
    const [secret, own] = body.data.map(({ id }: { id: number }) => id)
    const query = `filter[id][in]=${secret},5000001,${own}&sort=given&fields=name`
    const { body: found } = await seller.call('get', `/v1/files?${query}`).expect(200)
    expect(found).toEqual({
      data: [{ id: own, name: 'own.txt' }],
      page: { next: null, prev: null },
      missing: [secret, 5_000_001],
    })
  })
})
