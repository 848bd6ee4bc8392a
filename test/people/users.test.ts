import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { adminRequired, type Callers, createUser, problem, startWithCallers, unavailable } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const nobody = {
  ...{ firstName: null, lastName: null, email: null, active: true, isAdmin: false },
  ...{ departmentIds: [], groupIds: [], language: null, timeZone: null },
}

describe('A new user', () => {
  it('has every default and a Location header', async () => {
    const { api } = callers
    const answer = await api.call('post', '/v1/users', { lastName: ' Orlova ', firstName: '  ' }).expect(201)
    const { id } = answer.body
    expect(answer.headers.location).toBe(`/v1/users/${id}`)
    expect(answer.body).toEqual({ ...nobody, id, lastName: 'Orlova' })
    expect((await api.call('get', `/v1/users/${id}`).expect(200)).body).toEqual(answer.body)
  })

  it('keeps every value from the request', async () => {
    const given = {
      ...{ firstName: 'Анна', lastName: 'Орлова', email: 'почта@пример.рф', active: false, isAdmin: true },
      ...{ departmentIds: [1], groupIds: [], language: 'ru', timeZone: 'Europe/Moscow' },
    }
    const { id, ...body } = await createUser(callers.api, given)
    expect(body).toEqual(given)
  })

  it('treats an empty text like null', async () => {
    const { api } = callers
    const given = { lastName: 'Losev', firstName: 'Ivan', email: 'losev@vector.example', language: 'ru' }
    const { id } = await createUser(api, { ...given, timeZone: 'Europe/Moscow' })
    const blank = { firstName: '', email: '', language: '', timeZone: '' }
    const { body } = await api.call('patch', `/v1/users/${id}`, blank).expect(200)
    expect(body).toEqual({ ...nobody, id, lastName: 'Losev' })
    const made = await api.call('post', '/v1/users', { lastName: 'Blank', ...blank }).expect(201)
    expect(made.body).toEqual({ ...nobody, id: made.body.id, lastName: 'Blank' })
    const refused = await api.call('patch', `/v1/users/${id}`, { active: '', email: '' }).expect(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/active', code: 'invalid_type' }])
    await api.call('patch', '/v1/settings', { historyMonths: 12 }).expect(200)
    const settings = await api.call('patch', '/v1/settings', { historyMonths: '' }).expect(200)
    expect(settings.body.historyMonths).toBeNull()
  })

  it('returns all faults at once', async () => {
    const { body } = await callers.api
      .call('post', '/v1/users', { fistName: 'A', email: 'anna', language: 'de', departmentIds: [1, 1] })
      .expect(422)
    expect(new Set(body.errors)).toEqual(
      new Set([
        {
          ...{ pointer: '/fistName', code: 'unknown_field', hint: 'firstName' },
          message: 'There is no field fistName. Did you mean firstName?',
        },
        { pointer: '/email', code: 'invalid_email', message: 'Must be a valid e-mail address.' },
        {
          ...{ pointer: '/language', code: 'unknown_value', allowed: ['en', 'ru'] },
          message: 'Must be one of the allowed values.',
        },
        { pointer: '/firstName', code: 'name_required', message: 'A first name or a last name is required.' },
        { pointer: '/departmentIds', code: 'duplicate_value', message: 'The same value appears twice.' },
      ]),
    )
  })

  it('also returns faults that only the database detects', async () => {
    const input = { firstName: ' ', timeZone: 'Moscow', departmentIds: [1, 99], email: 'nobody' }
    const { body } = await callers.api.call('post', '/v1/users', input).set('accept-language', 'ru').expect(422)
    expect(body).toMatchObject({ code: 'validation_failed', title: 'Ошибка проверки данных' })
    expect(body.errors).toEqual([
      { pointer: '/email', code: 'invalid_email', message: 'Укажите правильный адрес электронной почты.' },
      { pointer: '/firstName', code: 'name_required', message: 'Укажите имя или фамилию.' },
      {
        ...{ pointer: '/timeZone', code: 'invalid_time_zone' },
        message: 'Неизвестный часовой пояс. Используйте название вида Europe/Moscow.',
      },
      { pointer: '/departmentIds/1', code: 'not_found_reference', message: 'Запись «Отдел» 99 не найдена.' },
    ])
  })

  it('returns faults of the body and of the database together', async () => {
    const input = { timeZone: 'Mars', departmentIds: [99], mail: 'a@example.com', language: 'de', lastName: 5 }
    const { body } = await callers.api.call('post', '/v1/users', input).expect(422)
    expect(
      body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`).sort(),
    ).toEqual([
      '/departmentIds/0 not_found_reference',
      '/language unknown_value',
      '/lastName invalid_type',
      '/mail unknown_field',
      '/timeZone invalid_time_zone',
    ])
    const { id } = await createUser(callers.api, { firstName: 'Olga' })
    const change = await callers.api.call('patch', `/v1/users/${id}`, { ...input, firstName: null }).expect(422)
    expect(change.body.errors).toEqual(body.errors)
  })

  it('needs a unique e-mail, ignoring case', async () => {
    const { api } = callers
    const { id } = await createUser(api, { firstName: 'Ivan', email: 'ivan@example.com' })
    const { body } = await api.call('post', '/v1/users', { firstName: 'Igor', email: 'IVAN@example.com' }).expect(409)
    expect(body).toEqual(problem(409, 'email_taken', 'Another user has the e-mail address IVAN@example.com.'))
    await api.call('patch', `/v1/users/${id}`, { email: 'Ivan@example.com' }).expect(200)
    const other = await createUser(api, { firstName: 'Igor' })
    await api.call('patch', `/v1/users/${other.id}`, { email: 'ivan@EXAMPLE.com' }).expect(409)
  })

  it('returns a conflict if it loses a race for an e-mail', async () => {
    const input = { firstName: 'Twin', email: 'twin@example.com' }
    const answers = await Promise.all([1, 2, 3, 4].map(() => callers.api.call('post', '/v1/users', input)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
  })
})

describe('A change of a user', () => {
  it('changes the fields in the body and clears those set to null', async () => {
    const { api } = callers
    const before = await createUser(api, { firstName: 'Vera', lastName: 'Belova', timeZone: 'Asia/Omsk' })
    const { body } = await api
      .call('patch', `/v1/users/${before.id}`, { firstName: null, language: 'ru', timeZone: null })
      .expect(200)
    expect(body).toEqual({ ...nobody, id: before.id, lastName: 'Belova', language: 'ru' })
    expect((await api.call('get', `/v1/users/${before.id}`)).body).toEqual(body)
  })

  it('cannot clear the whole name and cannot be empty', async () => {
    const { api } = callers
    const { id } = await createUser(api, { lastName: 'Belova' })
    const { body } = await api.call('patch', `/v1/users/${id}`, { lastName: ' ' }).expect(422)
    expect(body.errors).toEqual([
      { pointer: '/firstName', code: 'name_required', message: 'A first name or a last name is required.' },
    ])
    const empty = await api.call('patch', `/v1/users/${id}`, {}).expect(422)
    expect(empty.body.errors).toEqual([{ pointer: '', code: 'too_few', message: 'At least 1 are required.' }])
  })

  it('returns 404 for an unknown user', async () => {
    const { body } = await callers.api.call('patch', '/v1/users/999999', { firstName: 'A' }).expect(404)
    expect(body).toEqual(problem(404, 'user_not_found', 'There is no user 999999.'))
    expect((await callers.api.call('get', '/v1/users/999999').expect(404)).body.code).toBe('user_not_found')
  })

  it('of rights applies from the next request on, also if nothing else changes', async () => {
    const { api } = callers
    const { userId, key } = await aUser(api.db, { isAdmin: true, lastName: 'Chief' })
    const call = api.as(key)
    await call('get', '/v1/deals').expect(200)
    await api.call('patch', `/v1/users/${userId}`, { isAdmin: false }).expect(200)
    expect((await call('get', '/v1/deals').expect(403)).body).toEqual(unavailable)
    expect((await call('get', `/v1/users/${userId}`).expect(403)).body).toEqual(adminRequired)
    await api.call('patch', `/v1/users/${userId}`, { active: false }).expect(200)
    const { body } = await call('get', '/v1/me').expect(401)
    expect(body).toEqual(problem(401, 'user_inactive', 'The user of this key is not active.'))
    await api.call('patch', `/v1/users/${userId}`, { active: true }).expect(200)
    await call('get', '/v1/me').expect(200)
  })
})

describe('The last active administrator', () => {
  it('stays an administrator', async () => {
    const { api } = await startWithCallers()
    const refused = problem(
      409,
      'last_administrator',
      'This is the only active administrator. Make another user an administrator first.',
    )
    await createUser(api, { firstName: 'Retired', isAdmin: true, active: false })
    for (const change of [{ isAdmin: false }, { active: false }]) {
      const { body } = await api.call('patch', `/v1/users/${api.userId}`, change).expect(409)
      expect(body).toEqual(refused)
    }
    await api.call('patch', `/v1/users/${api.userId}`, { firstName: 'Still', active: true, isAdmin: true }).expect(200)
    await api.close()
  })

  it.each([{ isAdmin: false }, { active: false }])('remains if two do %j to each other at once', async (change) => {
    const { api } = await startWithCallers()
    const other = await aUser(api.db, { isAdmin: true })
    const answers = await Promise.all([
      api.call('patch', `/v1/users/${other.userId}`, change),
      api.as(other.key)('patch', `/v1/users/${api.userId}`, change),
    ])
    const statuses = answers.map(({ status }) => status).sort()
    // The second request is too late: its target is the last administrator, or its caller no longer is one.
    expect([
      [200, 401],
      [200, 403],
      [200, 409],
    ]).toContainEqual(statuses)
    await api.close()
  })
})

describe('The list of users', () => {
  it('returns everything to administrators and names to readers', async () => {
    const { api, asReader, reader, outsider } = callers
    const { body } = await asReader('get', '/v1/users?limit=3').expect(200)
    const shown = (id: number, lastName: string) => ({ id, firstName: 'Test', lastName, active: true })
    const data = [shown(api.userId, 'User'), shown(reader.userId, 'Reader'), shown(outsider.userId, 'Outsider')]
    expect(body).toEqual({ data, page: { next: expect.any(String), prev: null } })
    const whole = await api.call('get', '/v1/users?limit=3').expect(200)
    expect(whole.body.data).toEqual(data.map((user, index) => ({ ...nobody, ...user, isAdmin: index === 0 })))
  })

  it('is paged in both directions', async () => {
    const { api } = callers
    const all = (await api.call('get', '/v1/users?limit=500')).body
    expect(all.page).toEqual({ next: null, prev: null })
    const ids: number[] = []
    let cursor: string | null = ''
    let last = { data: [] as { id: number }[], page: { next: null, prev: null as string | null } }
    while (cursor !== null) {
      last = (await api.call('get', `/v1/users?limit=2${cursor && `&cursor=${cursor}`}`).expect(200)).body
      ids.push(...last.data.map(({ id }) => id))
      cursor = last.page.next
    }
    expect(ids).toEqual(all.data.map(({ id }: { id: number }) => id))
    const back: number[] = last.data.map(({ id }) => id)
    for (let prev = last.page.prev; prev; ) {
      const { body } = await api.call('get', `/v1/users?limit=2&cursor=${prev}`).expect(200)
      back.unshift(...body.data.map(({ id }: { id: number }) => id))
      expect(body.page.next).toEqual(expect.any(String))
      prev = body.page.prev
    }
    expect(back).toEqual(ids)
  })

  it('is filtered by activity', async () => {
    const { api } = callers
    const { id } = await createUser(api, { firstName: 'Away', active: false })
    const active = (await api.call('get', '/v1/users?active=true&limit=500')).body.data as { id: number }[]
    const inactive = (await api.call('get', '/v1/users?active=false&limit=500')).body.data as { id: number }[]
    expect(active.some((user) => user.id === id)).toBe(false)
    expect(inactive.some((user) => user.id === id)).toBe(true)
  })

  it('refuses cursors that are modified, foreign or of another filter', async () => {
    const { api } = callers
    const cursor: string = (await api.call('get', '/v1/users?limit=1')).body.page.next
    const altered = `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`
    const keys: string = (await api.call('get', '/v1/api-keys?limit=1')).body.page.next
    for (const wrong of [altered, keys, 'x', '%00']) {
      const { body } = await api.call('get', `/v1/users?cursor=${wrong}`).expect(400)
      expect(body.code).toBe('invalid_cursor')
      expect(body.errors).toEqual([
        { parameter: 'cursor', code: 'invalid_parameter', message: 'Invalid parameter cursor.' },
      ])
    }
    const other = await api.call('get', `/v1/users?active=true&cursor=${cursor}`).expect(400)
    expect(other.body.code).toBe('cursor_mismatch')
  })

  it('suggests the nearest parameter for a typo', async () => {
    const { body } = await callers.api.call('get', '/v1/users?actve=true&limit=501').expect(400)
    expect(new Set(body.errors)).toEqual(
      new Set([
        {
          ...{ parameter: 'actve', code: 'unknown_parameter', hint: 'active' },
          message: 'There is no parameter actve. Did you mean active?',
        },
        { parameter: 'limit', code: 'out_of_range', message: 'Must be between 1 and 500.' },
      ]),
    )
  })
})

describe('Users who are not administrators', () => {
  it('cannot create, read or change users', async () => {
    const { api, asReader, asOutsider } = callers
    for (const call of [asReader, asOutsider]) {
      expect((await call('post', '/v1/users', { firstName: 'A' }).expect(403)).body).toEqual(adminRequired)
      expect((await call('get', `/v1/users/${api.userId}`).expect(403)).body).toEqual(adminRequired)
      expect((await call('patch', `/v1/users/${api.userId}`, { active: false }).expect(403)).body).toEqual(
        adminRequired,
      )
    }
  })

  it('cannot list users without CRM access', async () => {
    expect((await callers.asOutsider('get', '/v1/users').expect(403)).body).toEqual(unavailable)
  })
})
