import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { buildApp } from '../../src/app.ts'
import { instanceSecret } from '../../src/database/instance-secret.ts'
import type { Level } from '../../src/rights/levels.ts'
import { type Api, aUser, startApi, testOptions } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'

let api: Api
/** Users by name: two in the sales department, one in a team below it, and one outside. */
const users: Record<string, { userId: number; call: Api['call'] }> = {}
/** Contacts by the name of their responsible user, and one of Oleg's that is opened. */
const contacts: Record<string, number> = {}

beforeAll(async () => {
  api = await startApi()
  const { rows } = await api.pool.query<{ id: number }>(
    `insert into department (name, parent_id) values ('{"en": "Sales", "ru": "Продажи"}', 1) returning id::int`,
  )
  const sales = rows[0]!.id
  const { rows: team } = await api.pool.query<{ id: number }>(
    `insert into department (name, parent_id) values ('{"en": "Team", "ru": "Группа"}', $1) returning id::int`,
    [sales],
  )
  for (const [name, departmentId] of [
    ['Anna', sales],
    ['Boris', sales],
    ['Vera', team[0]!.id],
    ['Oleg', null],
  ] as const) {
    const { userId, key } = await aUser(api.db, { lastName: name })
    users[name] = { userId, call: api.as(key) }
    if (departmentId)
      await api.pool.query('insert into user_department (user_id, department_id) values ($1, $2)', [
        userId,
        departmentId,
      ])
    contacts[name] = (await aContact(api, { lastName: name, responsibleId: userId, opened: false })).id
  }
  const responsibleId = users.Oleg!.userId
  contacts.opened = (await aContact(api, { lastName: 'Opened', responsibleId, opened: true })).id
  const observers = [users.Anna!.userId]
  contacts.observed = (await aContact(api, { lastName: 'Observed', responsibleId, opened: false, observers })).id
})
afterAll(() => api.close())

/** Gives a user a role with one cell for contacts, and takes all others away. */
async function give(name: string, levels: Record<string, Level>): Promise<void> {
  await api.pool.query('delete from role_member where user_id = $1', [users[name]!.userId])
  const { rows } = await api.pool.query(`insert into role (name) values ('{"en": "R", "ru": "R"}') returning id`)
  await api.pool.query('insert into role_cell (role_id, type_id, levels) values ($1, 3, $2)', [rows[0].id, levels])
  await api.pool.query('insert into role_member (role_id, user_id) values ($1, $2)', [rows[0].id, users[name]!.userId])
}

const namesIn = (ids: readonly number[]) =>
  Object.entries(contacts).flatMap(([name, id]) => (ids.includes(id) ? [name] : []))

describe('A right', () => {
  it.each<[Level, string[]]>([
    ['own', ['Anna', 'observed']],
    ['department', ['Anna', 'Boris', 'observed']],
    ['subdepartments', ['Anna', 'Boris', 'Vera', 'observed']],
    ['opened', ['Anna', 'Boris', 'Vera', 'opened', 'observed']],
    ['all', ['Anna', 'Boris', 'Vera', 'Oleg', 'opened', 'observed']],
  ])('with level %s shows %j', async (level, names) => {
    await give('Anna', { read: level })
    const { call } = users.Anna!
    for (const query of ['', '?sort=createdAt', '?sort=lastName', '?filter[id][gt]=0']) {
      const { body } = await call('get', `/v1/contacts${query}`).expect(200)
      expect(namesIn(body.data.map(({ id }: { id: number }) => id))).toEqual(names)
    }
    const { body } = await call('post', '/v1/contacts/count', {}).expect(200)
    expect(body.total).toBe(names.length)
    for (const [name, id] of Object.entries(contacts)) {
      await call('get', `/v1/contacts/${id}`).expect(names.includes(name) ? 200 : 404)
    }
  })

  it('is asked for before each operation', async () => {
    await give('Anna', { read: 'all', update: 'department', delete: 'own' })
    const { call } = users.Anna!
    await call('patch', `/v1/contacts/${contacts.Boris}`, { comment: 'a' }).expect(200)
    const { body } = await call('patch', `/v1/contacts/${contacts.Vera}`, { comment: 'a' }).expect(403)
    expect(body).toMatchObject({ code: 'forbidden' })
    await call('delete', `/v1/contacts/${contacts.Boris}`).expect(403)
    await call('post', '/v1/contacts', { lastName: 'New' }).expect(403)
    const closed = await call('get', '/v1/deals').expect(403)
    expect(closed.body).toMatchObject({ code: 'forbidden', detail: 'You need the permission "read" for "deal".' })
  })

  it('can be taken away, which the next request to another server sees', async () => {
    const { db, pool } = api
    const second = await buildApp({ ...testOptions, db, pool, secret: await instanceSecret(db) })
    try {
      const { userId, key } = await aUser(db, { lastName: 'Second' })
      users.Second = { userId, call: api.as(key) }
      const headers = { authorization: `Bearer ${key}` }
      const ask = async () => (await second.inject({ url: '/v1/contacts', headers })).json()
      await give('Second', { read: 'all' })
      expect((await ask()).data).toHaveLength(Object.keys(contacts).length)
      expect((await ask()).data).toHaveLength(Object.keys(contacts).length)
      await pool.query('delete from role_member where user_id = $1', [userId])
      expect(await ask()).toMatchObject({ status: 403, code: 'crm_unavailable', reason: 'no_role' })
      await give('Second', { read: 'own' })
      expect((await ask()).data).toEqual([])
      await pool.query('update api_key set revoked_at = now() where user_id = $1', [userId])
      expect(await ask()).toMatchObject({ status: 401, code: 'invalid_key' })
    } finally {
      await second.close()
    }
  })

  it('can have other levels for a stage, also smaller ones', async () => {
    const responsibleId = users.Oleg!.userId
    const deals = [await aDeal(api, { responsibleId }), await aDeal(api, { responsibleId, stageId: 'WON' })]
    const { rows } = await api.pool.query(`insert into role (name) values ('{"en": "R", "ru": "R"}') returning id`)
    const cells = `insert into role_cell (role_id, type_id, pipeline_id, stage_id, levels) values
      ($1, 2, null, null, '{"read": "all"}'), ($1, 2, $2, 'WON', '{"read": "own"}')`
    await api.pool.query(cells, [rows[0].id, deals[0]!.pipelineId])
    await api.pool.query('insert into role_member (role_id, department_id, with_sub) values ($1, 1, true)', [
      rows[0].id,
    ])
    const { body } = await users.Vera!.call('get', '/v1/deals').expect(200)
    expect(body.data.map(({ id }: { id: number }) => id)).toEqual([deals[0]!.id])
    await users.Vera!.call('get', `/v1/deals/${deals[1]!.id}`).expect(404)
    const { body: mine } = await api.as(null)('get', '/v1/deals').expect(401)
    expect(mine.code).toBe('authentication_required')
  })
})
