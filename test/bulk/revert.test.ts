import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, read } from '../seed.ts'
import { fields, jobsOf } from './jobs-of.ts'

let api: Api
let jobs: ReturnType<typeof jobsOf>
beforeAll(async () => {
  api = await startApi({ work: true })
  jobs = jobsOf(api)
})
afterAll(() => api.close())

const revertOf = (id: number, query = '') => api.call('post', `/v1/jobs/${id}/revert${query}`)
const zeros = { records: 0, done: 0, failed: 0, left: 0 }

describe('A revert of a bulk action', () => {
  it('can be repeated for the rest until nothing is left', async () => {
    const [free, taken] = await Promise.all(
      ['free', 'taken'].map((key) => aContact(api, { externalIds: [{ source: 'again', key }] })),
    )
    const job = await jobs.bulk('contacts', { ids: [free!.id, taken!.id], delete: true })
    const holder = await aContact(api, { externalIds: [{ source: 'again', key: 'taken' }] })
    const first = await jobs.revert(job.id)
    expect(first).toMatchObject({ status: 'completedWithErrors', result: { records: 2, done: 1, failed: 1, left: 0 } })
    // A restored value is done: a later change by someone else is not reverted again.
    await api.call('delete', `/v1/contacts/${free!.id}`).expect(204)
    await api.call('patch', `/v1/contacts/${holder.id}`, { externalIds: [] }).expect(200)
    expect((await revertOf(job.id, '?dryRun=true').expect(200)).body).toMatchObject({ matched: 1, denied: 0 })
    const second = await jobs.revert(job.id)
    expect(second).toMatchObject({ status: 'completed', result: { records: 1, done: 1, failed: 0, left: 0 } })
    expect(fields(await read(api, `contacts/${taken!.id}`))).toEqual(fields(taken!))
    await api.call('get', `/v1/contacts/${free!.id}`).expect(404)
    const { body } = await revertOf(job.id).expect(409)
    expect(body).toMatchObject({ code: 'already_reverted', detail: `Job ${second.id} has already reverted this job.` })
    expect((await revertOf(first.id).expect(409)).body.code).toBe('not_revertible')
  })

  it('waits for a revert that is running, and continues one that was cancelled or failed', async () => {
    const contact = await aContact(api, { comment: 'before' })
    const job = await jobs.bulk('contacts', { ids: [contact.id], set: { comment: 'by bulk' } })
    for (const status of ['cancelled', 'failed']) {
      const other = await jobs.bulk('contacts', { ids: [contact.id], set: { comment: 'by bulk' } })
      await api.pool.query('update local.bulk set reverts_job_id = $1 where job_id = $2', [job.id, other.id])
      await api.pool.query(`update local.job set status = 'running', done = 0 where id = $1`, [other.id])
      const { body } = await revertOf(job.id).expect(409)
      expect(body).toMatchObject({ code: 'job_already_running' })
      expect(body.detail).toContain(`${other.id}`)
      await api.pool.query('update local.job set status = $1 where id = $2', [status, other.id])
    }
    expect(await jobs.revert(job.id)).toMatchObject({ status: 'completed', result: { records: 1, done: 1 } })
    expect((await read(api, `contacts/${contact.id}`)).comment).toBe('before')
  })

  it('keeps deletions by others', async () => {
    const [again, back, gone] = await Promise.all([1, 2, 3].map(() => aContact(api)))
    const job = await jobs.bulk('contacts', { ids: [again!.id, back!.id, gone!.id], delete: true })
    await api.call('post', `/v1/recycle-bin/C_${again!.id}/restore`).expect(200)
    await api.call('post', `/v1/recycle-bin/C_${back!.id}/restore`).expect(200)
    await api.call('delete', `/v1/contacts/${again!.id}`).expect(204)
    const undone = await jobs.revert(job.id)
    expect(undone).toMatchObject({ status: 'completedWithErrors', result: { records: 3, done: 2, failed: 0, left: 1 } })
    expect(await jobs.errorsOf(undone.id)).toEqual([
      { recordId: again!.id, column: null, severity: 'warning', code: 'changed_since' },
    ])
    await api.call('get', `/v1/recycle-bin/C_${again!.id}`).expect(200)
    for (const { id } of [back!, gone!]) await api.call('get', `/v1/contacts/${id}`).expect(200)
  })

  it('reports deleted targets, and starts its counters at zero', async () => {
    const [purged, kept] = await Promise.all([1, 2].map(() => aContact(api, { comment: 'before' })))
    const job = await jobs.bulk('contacts', { ids: [purged!.id, kept!.id], set: { comment: 'by bulk' } })
    const deletion = await jobs.bulk('contacts', { ids: [purged!.id], delete: true })
    await api.call('delete', `/v1/recycle-bin/C_${purged!.id}`).expect(204)
    expect((await revertOf(job.id, '?dryRun=true').expect(200)).body).toMatchObject({
      matched: 1,
      missing: 1,
      denied: 0,
    })
    for (const [id, done] of [
      [job.id, 1],
      [deletion.id, 0],
    ] as const) {
      const undone = await jobs.revert(id)
      expect(undone).toMatchObject({ status: 'completedWithErrors', result: { records: done + 1, done, failed: 1 } })
      expect(await jobs.errorsOf(undone.id)).toEqual([
        { recordId: purged!.id, column: null, severity: 'error', code: 'record_not_found' },
      ])
    }
    const nothing = await jobs.bulk('contacts', { ids: [kept!.id], set: { comment: 'before' } })
    expect(await jobs.revert(nothing.id)).toMatchObject({
      ...{ status: 'completed', progress: { done: 0, total: 0 }, result: zeros },
    })
  })
})
