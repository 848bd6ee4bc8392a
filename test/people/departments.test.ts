import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { changeDepartment } from '../../src/people/write-departments.ts'
import { until } from '../until.ts'
import { adminRequired, type Callers, createUser, problem, startWithCallers, unavailable } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const root = 1
const call = (...request: Parameters<Callers['api']['call']>) => callers.api.call(...request)

/** Creates a department through the API. */
async function aDepartment(name: unknown, more: object = {}) {
  const answer = await call('post', '/v1/departments', { name, ...more }).expect(201)
  return answer.body as { id: number; name: string; parentId: number; headId: number | null }
}

const change = (id: number, body: object) => call('patch', `/v1/departments/${id}`, body)
const departmentsOf = async (id: number) => (await call('get', `/v1/users/${id}`).expect(200)).body.departmentIds

/** Returns the ids of the departments that contain this one, itself included, as rights see them. */
async function above(id: number): Promise<number[]> {
  const text = 'select above_id as id from local.department_above where department_id = $1 order by 1'
  const { rows } = await callers.api.pool.query<{ id: number }>(text, [id])
  return rows.map((row) => row.id)
}

describe('A new department', () => {
  it('is below the root unless the request says otherwise, and can be read by every reader', async () => {
    const answer = await call('post', '/v1/departments', { name: { en: ' Sales ', ru: 'Продажи' } }).expect(201)
    const { id } = answer.body
    expect(answer.body).toEqual({ id, name: 'Sales', parentId: root, headId: null })
    expect(answer.headers.location).toBe(`/v1/departments/${id}`)
    const retail = await aDepartment('Retail', { parentId: id })
    expect(retail).toEqual({ id: retail.id, name: 'Retail', parentId: id, headId: null })
    expect(await above(retail.id)).toEqual([root, id, retail.id])
    const { asReader } = callers
    expect((await asReader('get', `/v1/departments/${id}`).expect(200)).body).toEqual(answer.body)
    const russian = await asReader('get', `/v1/departments/${id}`).set('accept-language', 'ru').expect(200)
    expect(russian.body.name).toBe('Продажи')
    const all = await asReader('get', `/v1/departments/${id}?labels=all`).expect(200)
    expect(all.body.name).toEqual({ en: 'Sales', ru: 'Продажи' })
    const list = await asReader('get', '/v1/departments').expect(200)
    expect(list.body).toEqual({
      data: [{ id: root, name: 'Company', parentId: null, headId: null }, answer.body, retail],
      page: { next: null, prev: null },
    })
  })

  it('makes its head a member', async () => {
    const head = await createUser(callers.api, { firstName: 'Vera' })
    const { id, headId } = await aDepartment('Legal', { headId: head.id })
    expect(headId).toBe(head.id)
    expect(await departmentsOf(head.id)).toEqual([id])
  })

  it('returns all faults at once', async () => {
    const dismissed = await createUser(callers.api, { firstName: 'Gone', active: false })
    const input = { nam: 'Sales', parentId: 999, headId: dismissed.id }
    const { body } = await call('post', '/v1/departments', input).expect(422)
    expect(new Set(body.errors)).toEqual(
      new Set([
        { pointer: '/name', code: 'required', message: 'This value is required.' },
        {
          ...{ pointer: '/nam', code: 'unknown_field', hint: 'name' },
          message: 'There is no field nam. Did you mean name?',
        },
        { pointer: '/parentId', code: 'not_found_reference', message: 'There is no department 999.' },
        { pointer: '/headId', code: 'dismissed_user', message: `The user ${dismissed.id} is not active.` },
      ]),
    )
    const wrong = await call('post', '/v1/departments', { name: '  ', parentId: null, headId: 999 }).expect(422)
    expect(wrong.body.errors).toMatchObject([
      { pointer: '/name', code: 'pattern_mismatch' },
      { pointer: '/parentId', code: 'invalid_type' },
      { pointer: '/headId', code: 'not_found_reference', message: 'There is no user 999.' },
    ])
  })

  it('is created once with an Idempotency-Key, and not at all by a dry run', async () => {
    const names = async () => (await call('get', '/v1/departments?limit=500')).body.data.map(({ name = '' }) => name)
    const send = (query = '') =>
      call('post', `/v1/departments${query}`, { name: 'Once' }).set('idempotency-key', 'once').expect(201)
    await send('?dryRun=true')
    expect(await names()).not.toContain('Once')
    expect((await send()).body).toEqual((await send()).body)
    expect((await names()).filter((name: string) => name === 'Once')).toHaveLength(1)
  })

  it('cannot be deeper than 20 levels', async () => {
    let parentId = root
    for (let level = 2; level <= 20; level++) parentId = (await aDepartment(`Level ${level}`, { parentId })).id
    const fault = {
      pointer: '/parentId',
      code: 'too_many_levels',
      message: 'Departments can have at most 20 levels.',
    }
    const { body } = await call('post', '/v1/departments', { name: 'Deep', parentId }).expect(422)
    expect(body.errors).toEqual([fault])
    const upper = await aDepartment('Upper')
    await aDepartment('Lower', { parentId: upper.id })
    const [, , , , second = 0] = await above(parentId)
    const moved = await change(upper.id, { parentId: second }).expect(200)
    expect(moved.body.parentId).toBe(second)
    expect((await change(second, { parentId: upper.id }).expect(422)).body.errors[0].code).toBe('department_cycle')
    const nineteenth = (await call('get', `/v1/departments/${parentId}`)).body.parentId
    expect((await change(upper.id, { parentId: nineteenth }).expect(422)).body.errors).toEqual([fault])
  })
})

describe('A change of a department', () => {
  it('renames it, and moves it with everything below it', async () => {
    const [east, west] = [await aDepartment('East'), await aDepartment('West')]
    const office = await aDepartment('Office', { parentId: east.id })
    const { body } = await change(east.id, { name: { en: 'Far East' } }).expect(200)
    expect(body).toEqual({ ...east, name: 'Far East' })
    expect((await change(east.id, { name: { ru: 'Восток' } }).expect(200)).body).toEqual(body)
    const all = await call('get', `/v1/departments/${east.id}?labels=all`).expect(200)
    expect(all.body.name).toEqual({ en: 'Far East', ru: 'Восток' })
    const both = await change(east.id, { name: 'East' }).set('accept-language', 'ru').expect(200)
    expect(both.body.name).toBe('East')
    await change(east.id, { parentId: west.id }).expect(200)
    expect(await above(office.id)).toEqual([root, east.id, west.id, office.id].toSorted((a, b) => a - b))
    expect((await change(office.id, { parentId: root }).expect(200)).body).toEqual({ ...office, parentId: root })
    expect(await above(office.id)).toEqual([root, office.id])
  })

  it('can change, clear and keep the head', async () => {
    const [first, second] = [
      await createUser(callers.api, { firstName: 'Ivan' }),
      await createUser(callers.api, { firstName: 'Olga' }),
    ]
    const { id } = await aDepartment('Service', { headId: first.id })
    expect((await change(id, { headId: second.id }).expect(200)).body.headId).toBe(second.id)
    expect(await departmentsOf(first.id)).toEqual([id])
    expect((await change(id, { name: 'Support' }).expect(200)).body.headId).toBe(second.id)
    expect((await change(id, { headId: null }).expect(200)).body.headId).toBeNull()
    expect(await departmentsOf(second.id)).toEqual([id])
  })

  it('refuses a place below itself', async () => {
    const top = await aDepartment('Top')
    const middle = await aDepartment('Middle', { parentId: top.id })
    const bottom = await aDepartment('Bottom', { parentId: middle.id })
    const moves: [number, number][] = [
      [top.id, top.id],
      [top.id, middle.id],
      [top.id, bottom.id],
      [root, bottom.id],
    ]
    for (const [id, parentId] of moves) {
      const { body } = await change(id, { parentId }).set('accept-language', 'ru').expect(422)
      expect(body.errors).toEqual([
        {
          ...{ pointer: '/parentId', code: 'department_cycle' },
          message: 'Отдел нельзя переместить внутрь него самого.',
        },
      ])
    }
    expect(await above(bottom.id)).toEqual([root, top.id, middle.id, bottom.id])
  })

  it('refuses a move that makes a circle only together with another one', async () => {
    const { api } = callers
    const [north, south] = [await aDepartment('North'), await aDepartment('South')]
    const waiting = async () => {
      const { rows } = await api.pool.query('select from pg_locks where not granted and pid <> pg_backend_pid()')
      return rows.length > 0
    }
    const second = await api.db.transaction().execute(async (trx) => {
      await changeDepartment(trx, north.id, { body: { parentId: south.id }, faults: [] })
      const answer = change(south.id, { parentId: north.id }).then((sent) => sent)
      await until(waiting)
      return { answer }
    })
    const { status, body } = await second.answer
    expect([status, body.errors[0]?.code]).toEqual([422, 'department_cycle'])
    expect(await above(north.id)).toEqual([root, north.id, south.id])
    expect(await above(south.id)).toEqual([root, south.id])
  })

  it('leaves one of many moves at once standing, and the tree whole', async () => {
    const ring = await Promise.all([1, 2, 3, 4].map((n) => aDepartment(`Ring ${n}`)))
    const answers = await Promise.all(
      ring.map(({ id }, index) => change(id, { parentId: ring[(index + 1) % ring.length]!.id })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 422])
    for (const { id } of ring) expect(await above(id)).toContain(root)
  })

  it('saves nothing if nothing changes', async () => {
    const { api } = callers
    const { id } = await aDepartment('Same')
    const rights = async () => (await api.db.selectFrom('local.revision').select('rights').execute())[0]!.rights
    const before = await rights()
    await change(id, { name: 'Same', parentId: root, headId: null }).expect(200)
    expect(await rights()).toBe(before)
    await change(id, { name: 'Other' }).expect(200)
    expect(await rights()).toBeGreaterThan(before)
  })

  it('returns 404 for an unknown department', async () => {
    const unknown = problem(404, 'department_not_found', 'There is no department 999.')
    expect((await change(999, { name: 'A' }).expect(404)).body).toEqual(unknown)
    expect((await call('get', '/v1/departments/999').expect(404)).body).toEqual(unknown)
    expect((await call('delete', '/v1/departments/999').expect(404)).body).toEqual(unknown)
    const empty = await change(root, {}).expect(422)
    expect(empty.body.errors).toEqual([{ pointer: '', code: 'too_few', message: 'At least 1 are required.' }])
  })
})

describe('A deleted department', () => {
  it('leaves its members and the departments below it to the one above, and its place in roles to nobody', async () => {
    const { api } = callers
    const sales = await aDepartment('Sales')
    const head = await createUser(api, { firstName: 'Head', departmentIds: [sales.id] })
    const retail = await aDepartment('Retail', { parentId: sales.id, headId: head.id })
    const seller = await createUser(api, { firstName: 'Seller', departmentIds: [retail.id] })
    const shop = await aDepartment('Shop', { parentId: retail.id })
    const role = await api.db.selectFrom('role').select('id').executeTakeFirstOrThrow()
    const members = api.db.selectFrom('role_member').select('department_id')
    await api.db.insertInto('role_member').values({ role_id: role.id, department_id: retail.id }).execute()
    const shown = await call('get', `/v1/departments/${retail.id}`).expect(200)
    expect((await call('delete', `/v1/departments/${retail.id}?dryRun=true`).expect(200)).body).toEqual(shown.body)
    expect(await departmentsOf(seller.id)).toEqual([retail.id])
    await call('delete', `/v1/departments/${retail.id}`).expect(204)
    await call('get', `/v1/departments/${retail.id}`).expect(404)
    expect(await departmentsOf(seller.id)).toEqual([sales.id])
    expect(await departmentsOf(head.id)).toEqual([sales.id])
    expect((await call('get', `/v1/departments/${shop.id}`)).body.parentId).toBe(sales.id)
    expect(await above(shop.id)).toEqual([root, sales.id, shop.id])
    expect((await call('get', `/v1/departments/${sales.id}`)).body.headId).toBeNull()
    expect(await members.execute()).toEqual([])
  })

  it('is never the root', async () => {
    const { body } = await call('delete', `/v1/departments/${root}`).expect(409)
    expect(body).toEqual(problem(409, 'root_department', 'The root of the departments cannot be deleted.'))
  })
})

describe('The list of departments', () => {
  it('has pages with cursors of its own', async () => {
    const all = (await call('get', '/v1/departments?limit=500')).body.data as { id: number }[]
    const first = (await call('get', '/v1/departments?limit=2').expect(200)).body
    const second = (await call('get', `/v1/departments?limit=2&cursor=${first.page.next}`).expect(200)).body
    expect([...first.data, ...second.data]).toEqual(all.slice(0, 4))
    const back = (await call('get', `/v1/departments?limit=2&cursor=${second.page.prev}`).expect(200)).body
    expect(back.data).toEqual(first.data)
    const foreign = await call('get', `/v1/users?cursor=${first.page.next}`).expect(400)
    expect(foreign.body.code).toBe('invalid_cursor')
  })
})

describe('Users who are not administrators', () => {
  it('cannot change departments', async () => {
    const { asReader, asOutsider } = callers
    for (const send of [asReader, asOutsider]) {
      for (const [method, path] of [
        ['post', '/v1/departments'],
        ['patch', `/v1/departments/${root}`],
      ] as const) {
        expect((await send(method, path, { name: 'A' }).expect(403)).body).toEqual(adminRequired)
      }
      expect((await send('delete', '/v1/departments/999').expect(403)).body).toEqual(adminRequired)
    }
  })

  it('cannot read them without CRM access', async () => {
    for (const path of ['/v1/departments', '/v1/departments/1', '/v1/departments/999']) {
      expect((await callers.asOutsider('get', path).expect(403)).body).toEqual(unavailable)
      await callers.api.as(null)('get', path).expect(401)
    }
  })
})
