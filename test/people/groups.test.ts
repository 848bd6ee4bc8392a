import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { adminRequired, type Callers, createUser, problem, startWithCallers, unavailable } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const call = (...request: Parameters<Callers['api']['call']>) => callers.api.call(...request)

/** Creates a group through the API. */
async function aGroup(name: unknown, userIds?: readonly number[]) {
  const answer = await call('post', '/v1/groups', { name, ...(userIds && { userIds }) }).expect(201)
  return answer.body as { id: number; name: string; userIds: number[] }
}

const change = (id: number, body: object) => call('patch', `/v1/groups/${id}`, body)
const aUserNamed = async (firstName: string, more: object = {}) =>
  (await createUser(callers.api, { firstName, ...more })).id
const groupsOf = async (id: number) => (await call('get', `/v1/users/${id}`).expect(200)).body.groupIds

/** Creates many users in SQL and returns their ids. */
async function manyUsers(count: number): Promise<number[]> {
  const text = `insert into "user" (last_name) select 'Many ' || n from generate_series(1, $1) as n returning id`
  return (await callers.api.pool.query<{ id: number }>(text, [count])).rows.map(({ id }) => id)
}

const rights = async () =>
  (await callers.api.db.selectFrom('local.revision').select('rights').executeTakeFirstOrThrow()).rights

describe('A group', () => {
  it('is created with its users, who are seen in it from both sides', async () => {
    const [first, second] = [await aUserNamed('Ivan'), await aUserNamed('Olga')]
    const name = { en: 'Key accounts', ru: 'Ключевые клиенты' }
    const answer = await call('post', '/v1/groups', { name, userIds: [second, first] }).expect(201)
    const { id } = answer.body
    expect(answer.body).toEqual({ id, name: 'Key accounts', userIds: [first, second] })
    expect(answer.headers.location).toBe(`/v1/groups/${id}`)
    expect((await call('get', `/v1/groups/${id}`).expect(200)).body).toEqual(answer.body)
    expect((await call('get', `/v1/groups/${id}?labels=all`)).body.name).toEqual(name)
    expect(await groupsOf(first)).toEqual([id])
    const list = await callers.asReader('get', '/v1/groups').set('accept-language', 'ru').expect(200)
    expect(list.body).toEqual({ data: [{ id, name: 'Ключевые клиенты' }], page: { next: null, prev: null } })
  })

  it('is renamed, and gets the users of the request, or those added and removed', async () => {
    const [first, second, third] = [await aUserNamed('A'), await aUserNamed('B'), await aUserNamed('C')]
    const { id } = await aGroup('Project', [first, second])
    const users = async (userIds: unknown) => (await change(id, { userIds }).expect(200)).body.userIds
    expect((await change(id, { name: 'Launch' }).expect(200)).body).toEqual({
      ...{ id, name: 'Launch', userIds: [first, second] },
    })
    expect(await users({ add: [third, second], remove: [first, 999_999] })).toEqual([second, third])
    expect(await users({ remove: [second], add: [second] })).toEqual([second, third])
    expect(await users([first])).toEqual([first])
    expect(await users({})).toEqual([first])
    expect(await groupsOf(third)).toEqual([])
    expect(await users([])).toEqual([])
  })

  it('gets all users that requests add at the same time', async () => {
    const users = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((name) => aUserNamed(name)))
    const { id } = await aGroup('Crowd')
    const answers = await Promise.all(users.map((user) => change(id, { userIds: { add: [user] } })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect((await call('get', `/v1/groups/${id}`)).body.userIds).toEqual(users.toSorted((a, b) => a - b))
  })

  it('saves nothing if nothing changes', async () => {
    const user = await aUserNamed('Same')
    const { id } = await aGroup('Same', [user])
    const before = await rights()
    await change(id, { name: 'Same', userIds: [user] }).expect(200)
    await change(id, { userIds: { add: [user], remove: [999_999] } }).expect(200)
    expect(await rights()).toBe(before)
    await change(id, { userIds: { remove: [user] } }).expect(200)
    expect(await rights()).toBeGreaterThan(before)
  })

  it('returns all faults at once', async () => {
    const { body } = await call('post', '/v1/groups', { nme: 'A', userIds: [callers.api.userId, 999_999] }).expect(422)
    expect(new Set(body.errors)).toEqual(
      new Set([
        { pointer: '/name', code: 'required', message: 'This value is required.' },
        {
          ...{ pointer: '/nme', code: 'unknown_field', hint: 'name' },
          message: 'There is no field nme. Did you mean name?',
        },
        { pointer: '/userIds/1', code: 'not_found_reference', message: 'There is no user 999999.' },
      ]),
    )
    const { id } = await aGroup('Faults')
    const wrong: [unknown, object][] = [
      [{ add: [999_999] }, { pointer: '/userIds/add/0', code: 'not_found_reference' }],
      [{ remoove: [1] }, { pointer: '/userIds/remoove', code: 'unknown_field', hint: 'remove' }],
      [[1, 1], { pointer: '/userIds', code: 'duplicate_value' }],
      [['one'], { pointer: '/userIds/0', code: 'invalid_type' }],
      [null, { pointer: '/userIds', code: 'invalid_type' }],
      [[0], { pointer: '/userIds/0', code: 'out_of_range' }],
    ]
    for (const [userIds, fault] of wrong) {
      const answer = await change(id, { userIds }).expect(422)
      expect(answer.body.errors).toEqual([expect.objectContaining(fault)])
    }
    expect((await change(id, {}).expect(422)).body.errors[0].code).toBe('too_few')
  })

  it('has up to 10,000 users', async () => {
    const ids = await manyUsers(10_001)
    const { id } = await aGroup('Everybody', ids.slice(0, 10_000))
    expect((await call('get', `/v1/groups/${id}`)).body.userIds).toEqual(ids.slice(0, 10_000))
    const page = await call('get', `/v1/users?groupId=${id}&limit=2`).expect(200)
    expect(page.body.data.map((user: { id: number }) => user.id)).toEqual(ids.slice(0, 2))
    const fault = { code: 'too_many', message: 'At most 10000 are allowed.' }
    const more = await change(id, { userIds: { add: [ids[10_000]] } }).expect(422)
    expect(more.body.errors).toEqual([{ pointer: '/userIds/add', ...fault }])
    const all = await change(id, { userIds: ids }).expect(422)
    expect(all.body.errors).toEqual([{ pointer: '/userIds', ...fault }])
    await change(id, { userIds: { add: [ids[10_000]], remove: [ids[0]] } }).expect(200)
  })

  it('cannot be the 101st of a user', async () => {
    const user = await aUserNamed('Busy')
    const text = `with g as (insert into user_group (name) select '{"en": "G", "ru": "G"}' from generate_series(1, 100)
      returning id) insert into user_group_member (group_id, user_id) select id, $1 from g`
    await callers.api.pool.query(text, [user])
    const other = await aUserNamed('Idle')
    const { body } = await call('post', '/v1/groups', { name: 'One more', userIds: [other, user] }).expect(422)
    expect(body.errors).toEqual([
      {
        ...{ pointer: '/userIds/1', code: 'too_many_memberships' },
        message: `The user ${user} would have more than 100 of them.`,
      },
    ])
    expect(await groupsOf(other)).toEqual([])
  })

  it('leaves its users and the roles without it when it is deleted', async () => {
    const { db } = callers.api
    const user = await aUserNamed('Left')
    const { id } = await aGroup('Gone', [user])
    const role = await db.selectFrom('role').select('id').executeTakeFirstOrThrow()
    await db.insertInto('role_member').values({ role_id: role.id, group_id: id }).execute()
    await call('delete', `/v1/groups/${id}?dryRun=true`).expect(200)
    expect(await groupsOf(user)).toEqual([id])
    await call('delete', `/v1/groups/${id}`).expect(204)
    expect(await groupsOf(user)).toEqual([])
    expect(await db.selectFrom('role_member').selectAll().execute()).toEqual([])
    const unknown = problem(404, 'group_not_found', `There is no group ${id}.`)
    for (const method of ['get', 'delete'] as const) {
      expect((await call(method, `/v1/groups/${id}`).expect(404)).body).toEqual(unknown)
    }
    expect((await change(id, { name: 'A' }).expect(404)).body).toEqual(unknown)
  })
})

describe('The groups and departments of a user', () => {
  it('are written with the user', async () => {
    const [first, second] = [(await aGroup('First')).id, (await aGroup('Second')).id]
    const user = await aUserNamed('Vera', { groupIds: [second, first] })
    expect(await groupsOf(user)).toEqual([first, second])
    expect((await call('get', `/v1/groups/${first}`)).body.userIds).toEqual([user])
    const { body } = await call('patch', `/v1/users/${user}`, { groupIds: [second] }).expect(200)
    expect(body).toMatchObject({ groupIds: [second], departmentIds: [] })
    await call('patch', `/v1/users/${user}`, { lastName: 'Belova' }).expect(200)
    expect(await groupsOf(user)).toEqual([second])
    const wrong = { groupIds: [first, 999], departmentIds: [998] }
    const { body: refused } = await call('patch', `/v1/users/${user}`, wrong).expect(422)
    expect(refused.errors).toEqual([
      { pointer: '/departmentIds/0', code: 'not_found_reference', message: 'There is no department 998.' },
      { pointer: '/groupIds/1', code: 'not_found_reference', message: 'There is no group 999.' },
    ])
    const many = Array.from({ length: 101 }, (_, index) => index + 1)
    const { body: tooMany } = await call('patch', `/v1/users/${user}`, { groupIds: many }).expect(422)
    expect(tooMany.errors).toEqual([{ pointer: '/groupIds', code: 'too_many', message: 'At most 100 are allowed.' }])
  })

  it('filter the list of users for administrators', async () => {
    const { id } = await aGroup('Filter')
    const [first, second] = [await aUserNamed('F', { groupIds: [id] }), await aUserNamed('G', { groupIds: [id] })]
    await call('patch', `/v1/users/${second}`, { active: false, departmentIds: [1] }).expect(200)
    const found = async (query: string) =>
      (await call('get', `/v1/users?${query}`).expect(200)).body.data.map((user: { id: number }) => user.id)
    expect(await found(`groupId=${id}`)).toEqual([first, second])
    expect(await found(`groupId=${id}&active=true`)).toEqual([first])
    expect(await found(`groupId=${id}&departmentId=1`)).toEqual([second])
    expect(await found('departmentId=999')).toEqual([])
    const { page } = (await call('get', `/v1/users?groupId=${id}&limit=1`)).body
    expect(await found(`groupId=${id}&limit=1&cursor=${page.next}`)).toEqual([second])
    const other = await call('get', `/v1/users?departmentId=${id}&limit=1&cursor=${page.next}`).expect(400)
    expect(other.body.code).toBe('cursor_mismatch')
    const zero = await call('get', '/v1/users?groupId=0&departmentId=one').expect(400)
    expect(zero.body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual([
      'departmentId',
      'groupId',
    ])
  })

  it('page through a department of 10,000 people', async () => {
    const { body: department } = await call('post', '/v1/departments', { name: 'Factory' }).expect(201)
    const ids = await manyUsers(10_000)
    const text = 'insert into user_department (department_id, user_id) select $1, unnest($2::bigint[])'
    await callers.api.pool.query(text, [department.id, ids])
    const { body } = await call('get', `/v1/users?departmentId=${department.id}&limit=500`).expect(200)
    expect(body.data.map((user: { id: number }) => user.id)).toEqual(ids.slice(0, 500))
    await call('delete', `/v1/departments/${department.id}`).expect(204)
    const moved = await call('get', `/v1/users?departmentId=1&limit=500&cursor=`).expect(400)
    expect(moved.body.code).toBe('invalid_cursor')
    const { rows } = await callers.api.pool.query('select count(*) from user_department where department_id = 1')
    expect(rows[0].count).toBeGreaterThanOrEqual(10_000)
  })
})

describe('Users who are not administrators', () => {
  it('see the names of groups, but not who is in them', async () => {
    const { asReader, asOutsider, api } = callers
    const { id } = await aGroup('Secret', [api.userId])
    for (const path of [`/v1/groups/${id}`, `/v1/users?groupId=${id}`, '/v1/users?departmentId=1']) {
      expect((await asReader('get', path).expect(403)).body).toEqual(adminRequired)
    }
    expect((await asOutsider('get', '/v1/groups').expect(403)).body).toEqual(unavailable)
    expect((await asOutsider('get', `/v1/groups/${id}`).expect(403)).body).toEqual(adminRequired)
    expect((await asOutsider('get', `/v1/users?groupId=${id}`).expect(403)).body).toEqual(unavailable)
    for (const send of [asReader, asOutsider]) {
      expect((await send('post', '/v1/groups', { name: 'A' }).expect(403)).body).toEqual(adminRequired)
      expect((await send('patch', `/v1/groups/${id}`, { name: 'A' }).expect(403)).body).toEqual(adminRequired)
      expect((await send('delete', '/v1/groups/999').expect(403)).body).toEqual(adminRequired)
    }
  })
})
