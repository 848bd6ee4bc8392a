import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser } from '../../api.ts'
import { problem } from '../../people/callers.ts'
import { aDeal } from '../../seed.ts'
import { mondays, report, reports, type ScheduleApi, startScheduleApi } from './scheduled.ts'

let api: ScheduleApi
let anna: { userId: number; call: Api['call'] }
let roleId: number
/** Anna reads her own deals. */
beforeAll(async () => {
  api = await startScheduleApi()
  const { userId, key } = await aUser(api.db, { lastName: 'Orlova' })
  anna = { userId, call: api.as(key) }
  const permissions = [{ type: 'deal', operations: { read: 'own' } }]
  const role = { name: 'Seller', permissions, members: { userIds: [userId] } }
  roleId = (await api.call('post', '/v1/roles', role).expect(201)).body.id
  for (const responsibleId of [userId, api.userId]) await aDeal(api, { responsibleId })
})
afterAll(() => api.close())

describe('the rights of the owner', () => {
  const permit = (operations: object) =>
    api.call('patch', `/v1/roles/${roleId}`, { permissions: [{ type: 'deal', operations }] }).expect(200)

  /** Expects a job of Anna whose file counts only her own deal. */
  const expectHerDeal = async (job: Awaited<ReturnType<ScheduleApi['jobOf']>>) => {
    expect(job).toMatchObject({ status: 'completed', createdBy: anna.userId })
    const table = JSON.parse((await api.download(job.links.file, anna.call)).bytes.toString())
    expect(table.totals.cells.measure0.value).toBe(1)
  }

  it('decide at the time of the job, and when the file is fetched', async () => {
    const id = await api.save({ ...mondays, form: 'json' }, { call: anna.call })
    await api.comeDue(id)
    await api.runDue()
    const job = await api.jobOf(id, anna)
    await expectHerDeal(job)
    await permit({ read: 'all' })
    const detail = 'The report was calculated with other rights than you or this key have now. Calculate it again.'
    const { body } = await anna.call('get', job.links.file).expect(403)
    expect(body).toEqual(problem(403, 'report_rights_differ', detail))
    await permit({ read: 'own' })
    await anna.call('get', job.links.file).expect(200)
    const scopes = [{ type: 'contact', operations: ['read'] }]
    const scoped = (await api.call('post', '/v1/api-keys', { name: 'A', userId: anna.userId, scopes }).expect(201)).body
    await api.as(scoped.key)('get', job.links.file).expect(403)
  })

  it('decide also when an administrator of the CRM has changed the schedule, who does not get the file', async () => {
    const { userId, key } = await aUser(api.db)
    const permissions = [{ type: 'contact', operations: { read: 'all' } }]
    const role = { name: 'Settings', settings: true, permissions, members: { userIds: [userId] } }
    await api.call('post', '/v1/roles', role).expect(201)
    const call = api.as(key)
    const body = { name: 'Sources', shared: 'everyone', ...report }
    const id = await api.save(null, { call: anna.call, body })
    await call('put', `${reports}/${id}`, { ...body, schedule: { ...mondays, form: 'json' } }).expect(200)
    await api.comeDue(id)
    await api.runDue()
    const job = await api.jobOf(id, anna)
    await expectHerDeal(job)
    expect((await api.read(id, { call })).schedule).toMatchObject({ ...mondays, form: 'json', lastJob: null })
    expect((await call('get', job.links.file).expect(404)).body.code).toBe('job_not_found')
  })

  it('are needed: without them the job fails and has no file', async () => {
    const id = await api.save(mondays, { call: anna.call })
    await permit({ read: 'none' })
    await api.comeDue(id)
    await api.runDue()
    await permit({ read: 'own' })
    const job = await api.jobOf(id, anna)
    expect(job).toMatchObject({ status: 'failed', errorCode: 'crm_unavailable' })
    expect(job.links.file).toBeUndefined()
    expect((await anna.call('get', `/v1/jobs/${job.id}/file`).expect(404)).body.code).toBe('job_file_not_found')
  })

  it('end when the owner is deactivated', async () => {
    const id = await api.save(mondays, { call: anna.call, body: { shared: 'everyone' } })
    await api.call('patch', `/v1/users/${anna.userId}`, { active: false }).expect(200)
    await api.comeDue(id)
    await api.runDue()
    // Others see the schedule of a shared report, and not its jobs.
    expect((await api.read(id)).schedule).toMatchObject({ every: 'week', lastJob: null })
    const { body } = await api.call('get', '/v1/jobs?limit=1').expect(200)
    expect(body.data).toMatchObject([{ status: 'failed', errorCode: 'user_inactive', createdBy: anna.userId }])
    await api.call('patch', `/v1/users/${anna.userId}`, { active: true }).expect(200)
  })

  it('are no wider than the scopes of the key that saved the schedule', async () => {
    const scopes = [{ type: 'contact', operations: ['read', 'update'] }]
    const { body } = await api.call('post', '/v1/api-keys', { name: 'Contacts', scopes }).expect(201)
    const call = api.as(body.key)
    const people = { type: 'contact', measures: [{ fn: 'count' }], groupBy: [] }
    const id = await api.save({ ...mondays, form: 'json' }, { call, body: { parameters: people } })
    await api.comeDue(id)
    await api.runDue()
    const job = await api.jobOf(id, { call })
    expect(job.status).toBe('completed')
    await call('get', job.links.file).expect(200)
    await api.pool.query('update saved_analytics set content = $2 where id = $1', [id, JSON.stringify(report)])
    await api.pool.query(`update local.scheduled_report set due_at = due_at - interval '1 day' where saved_id = $1`, [
      id,
    ])
    await api.comeDue(id)
    await api.runDue()
    expect(await api.jobOf(id, { call })).toMatchObject({ status: 'failed', errorCode: 'insufficient_scope' })
  })
})
