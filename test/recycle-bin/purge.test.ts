import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { recordReferences } from '../../src/entities/references.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { emptyTask, purgeTask } from '../../src/recycle-bin/tasks.ts'
import { tasksContext } from '../../src/tasks.ts'
import { aUser, testOptions } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { addUserFields, aRichRecord } from '../records/rich.ts'
import { aCompany, aContact, aDeal, aLead, read } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  await addUserFields(api)
}, 60_000)
afterAll(() => api.close())

const purge = (id: string, query = '') => api.call('delete', `/v1/recycle-bin/${id}${query}`)
const rowsOf = async (text: string, values: unknown[] = []) => (await api.pool.query(text, values)).rows
const age = (table: string, id: number, days: number) =>
  api.pool.query(`update ${table} set deleted_at = deleted_at - make_interval(days => $2) where id = $1`, [id, days])

/** Runs the nightly purge as the queue does. */
const night = (signal = new AbortController().signal) =>
  purgeTask.run(tasksContext({ ...testOptions, db: api.db }), {}, signal)

function stop(): never {
  throw new Error('stopped')
}

/** Returns references to a record in columns that hold record ids. */
async function mentions(type: { id: number; code: string }, id: number): Promise<string[]> {
  const found = []
  for (const reference of recordReferences(systemTypes)) {
    const { table, column } = reference
    if ('type' in reference && reference.type !== type.code) continue
    const ofType = 'typeColumn' in reference ? ` and ${reference.typeColumn} = ${type.id}` : ''
    const rows = await rowsOf(`select 1 from ${table} where ${column} = $1${ofType}`, [id])
    found.push(...rows.map(() => `${table}.${column}`))
  }
  return found
}

describe.each(systemTypes.map((type) => [type.code, type] as const))('A %s that is purged', (_, type) => {
  it('leaves only one history entry', async () => {
    const record = await aRichRecord(api, type)
    const path = `/v1/${type.plural}/${record.id}`
    await api.call('patch', path, { comment: 'Changed' }).expect(200)
    const before = await mentions(type, record.id)
    expect(before.length).toBeGreaterThan(5)
    await api.call('delete', path).expect(204)
    expect((await purge(`${type.prefix}_${record.id}`).expect(204)).text).toBe('')
    expect(await mentions(type, record.id)).toEqual(['history.record_id'])
    expect(await rowsOf(`select 1 from ${type.code} where id = $1`, [record.id])).toEqual([])
    const entries = await rowsOf('select * from history where (type_id, record_id) = ($1, $2)', [type.id, record.id])
    expect(entries).toMatchObject([{ kind: 'purged', version: 4, actor_id: api.userId, via: 'api', type_id: type.id }])
    // What decides who could read the record, so that they can be told.
    const place = type.traits.has('stages') ? ['pipelineId', 'stageId'] : []
    expect(Object.keys(entries[0].changes).sort()).toEqual(['observers', 'opened', 'responsibleId', ...place].sort())
    for (const gone of [path, `/v1/recycle-bin/${type.prefix}_${record.id}`]) await api.call('get', gone).expect(404)
    const told = (await api.call('get', `${path}/history?count=exact`).expect(200)).body
    expect(told).toMatchObject({ data: [{ kind: 'purged', version: 4, actorId: api.userId, changes: [] }], total: 1 })
    await api.call('post', `/v1/recycle-bin/${type.prefix}_${record.id}/restore`).expect(404)
  })
})

describe('A purge', () => {
  it('clears references to the record, without a visible change', async () => {
    const [company, other, lead] = [await aCompany(api), await aCompany(api), await aLead(api)]
    const contact = await aContact(api, { companies: [{ id: company.id }, { id: other.id }] })
    const deal = await aDeal(api, { companyId: company.id, leadId: lead.id })
    const binned = await aDeal(api, { companyId: company.id, leadId: lead.id })
    for (const path of [`deals/${binned.id}`, `companies/${company.id}`, `leads/${lead.id}`]) {
      await api.call('delete', `/v1/${path}`).expect(204)
    }
    const pointing = [`deals/${deal.id}`, `contacts/${contact.id}`]
    const [shown, histories] = await Promise.all(
      ['', '/history'].map((part) => Promise.all(pointing.map((path) => read(api, path + part)))),
    )
    await purge(`CO_${company.id}`).expect(204)
    await purge(`L_${lead.id}`).expect(204)
    expect(await Promise.all(pointing.map((path) => read(api, path)))).toEqual(shown)
    expect(await Promise.all(pointing.map((path) => read(api, `${path}/history`)))).toEqual(histories)
    expect(await rowsOf('select company_id, lead_id from deal where id = any($1)', [[deal.id, binned.id]])).toEqual([
      { company_id: null, lead_id: null },
      { company_id: null, lead_id: null },
    ])
    await api.call('post', `/v1/recycle-bin/D_${binned.id}/restore`).expect(200)
  })

  it('includes records that were merged into the record', async () => {
    const [survivor, loser, earlier] = [await aContact(api), await aContact(api), await aContact(api)]
    await api.pool.query('update contact set merged_into = $1 where id = $2', [survivor.id, loser.id])
    await api.pool.query('update contact set merged_into = $1 where id = $2', [loser.id, earlier.id])
    await api.call('delete', `/v1/contacts/${survivor.id}`).expect(204)
    await purge(`C_${survivor.id}`).expect(204)
    const all = [survivor, loser, earlier].map(({ id }) => id)
    expect(await rowsOf('select id from contact where id = any($1)', [all])).toEqual([])
  })

  it('changes nothing with dryRun', async () => {
    const { id } = await aDeal(api)
    await api.call('delete', `/v1/deals/${id}`).expect(204)
    await purge(`D_${id}`, '?dryRun=true').expect(200)
    await api.call('post', `/v1/recycle-bin/D_${id}/restore`).expect(200)
    await purge(`D_${id}`, '?dryRun=true').expect(404)
  })

  it('needs an administrator', async () => {
    const { key } = await aUser(api.db)
    const { id } = await aDeal(api)
    await api.call('delete', `/v1/deals/${id}`).expect(204)
    for (const path of [`/${`D_${id}`}`, '']) {
      const { body } = await api.as(key)('delete', `/v1/recycle-bin${path}`).expect(403)
      expect(body.code).toBe('settings_required')
    }
    await api.call('get', `/v1/recycle-bin/D_${id}`).expect(200)
  })

  it('and a concurrent restore end in one of both results', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await aContact(api)).id))
    for (const id of ids) await api.call('delete', `/v1/contacts/${id}`).expect(204)
    const outcomes = await Promise.all(
      ids.map((id) => Promise.all([api.call('post', `/v1/recycle-bin/C_${id}/restore`), purge(`C_${id}`)])),
    )
    for (const [index, [restored, purged]] of outcomes.entries()) {
      expect([restored.status, purged.status]).toEqual(restored.status === 200 ? [200, 404] : [404, 204])
      await api.call('get', `/v1/contacts/${ids[index]}`).expect(restored.status)
    }
  })
})

describe('Records past the retention period', () => {
  it('are purged nightly without a user, and nothing else is', async () => {
    const [old, recent, live] = [await aDeal(api), await aDeal(api), await aDeal(api)]
    for (const { id } of [old, recent]) await api.call('delete', `/v1/deals/${id}`).expect(204)
    await age('deal', old.id, 30)
    await age('deal', recent.id, 29)
    await night()
    const all = [old.id, recent.id, live.id]
    expect(await rowsOf('select id from deal where id = any($1) order by id', [all])).toEqual([
      { id: recent.id },
      { id: live.id },
    ])
    const [entry] = await rowsOf(`select * from history where kind = 'purged' and (type_id, record_id) = (2, $1)`, [
      old.id,
    ])
    expect(entry).toMatchObject({ actor_id: null, via: 'system' })
    await api.call('patch', '/v1/settings', { recycleBinDays: 10 }).expect(200)
    await night()
    await api.call('patch', '/v1/settings', { recycleBinDays: 30 }).expect(200)
    expect(await rowsOf('select id from deal where id = any($1)', [all])).toEqual([{ id: live.id }])
  })

  it('are in no bin when half purged, and are purged completely after an interruption', async () => {
    const company = await aCompany(api)
    await api.pool.query(
      `insert into history (site, at, via, type_id, record_id, version, kind)
      select 'odd', now(), 'api', 4, $1, n, 'changed' from generate_series(2, 12000) as n`,
      [company.id],
    )
    await api.call('delete', `/v1/companies/${company.id}`).expect(204)
    await age('company', company.id, 31)
    const told = `select count(*)::int as n, max(kind) as kind from history where (type_id, record_id) = (4, ${company.id})`
    // The history is purged in three parts. A stop is checked before each, and the night ends after the first.
    let left = 2
    const broken = { throwIfAborted: () => left-- === 1 && stop() } as Partial<AbortSignal> as AbortSignal
    await expect(night(broken)).rejects.toThrow('stopped')
    expect((await rowsOf(told))[0].n).toBe(12_001 - 5000)
    await api.call('patch', '/v1/settings', { recycleBinDays: 100 }).expect(200)
    await api.call('get', `/v1/recycle-bin/CO_${company.id}`).expect(404)
    await api.call('post', `/v1/recycle-bin/CO_${company.id}/restore`).expect(404)
    await night()
    await api.call('patch', '/v1/settings', { recycleBinDays: 30 }).expect(200)
    expect(await rowsOf(told)).toEqual([{ n: 1, kind: 'purged' }])
  })
})

describe('Emptying the recycle bin', () => {
  it('is a job that purges the records in the bin at the time of the request', async () => {
    const deals = await Promise.all(Array.from({ length: 5 }, () => aDeal(api)))
    for (const { id } of deals) await api.call('delete', `/v1/deals/${id}`).expect(204)
    const { body, headers } = await api.call('delete', '/v1/recycle-bin').expect(202)
    expect(body).toMatchObject({ type: 'empty-recycle-bin', status: 'queued' })
    expect(headers.location).toBe(`/v1/jobs/${body.id}`)
    const late = await aDeal(api)
    await api.call('delete', `/v1/deals/${late.id}`).expect(204)
    const before = (await api.call('get', '/v1/recycle-bin?count=exact')).body.total
    await api.work()
    const job = (await api.call('get', headers.location!).expect(200)).body
    const purged = before - 1
    expect(job).toMatchObject({ status: 'completed', progress: { done: purged, total: purged }, result: { purged } })
    const left = (await api.call('get', '/v1/recycle-bin').expect(200)).body.data
    expect(left).toMatchObject([{ id: `D_${late.id}` }])
    await api.call('delete', '/v1/recycle-bin?type=deal').expect(400)
  })

  it('continues after an interruption, with every record purged exactly once', async () => {
    const create = { operations: Array.from({ length: 450 }, () => ({ op: 'create', data: {} })) }
    const made = (await api.call('post', '/v1/deals/batch', create).expect(200)).body.results as { id: number }[]
    const remove = { operations: made.map(({ id }) => ({ op: 'delete', id })) }
    await api.call('post', '/v1/deals/batch', remove).expect(200)
    const { id: jobId } = (await api.call('delete', '/v1/recycle-bin').expect(202)).body
    const context = tasksContext({ ...testOptions, db: api.db })
    // The check runs before every two hundred records.
    let left = 3
    const broken = {
      throwIfAborted: () => left-- === 1 && stop(),
      aborted: true,
    } as Partial<AbortSignal> as AbortSignal
    await expect(emptyTask.run(context, { jobId }, broken)).rejects.toThrow('stopped')
    const job = async () => (await api.call('get', `/v1/jobs/${jobId}`).expect(200)).body
    const first = await job()
    expect(first).toMatchObject({ status: 'running', progress: { done: 400 } })
    await emptyTask.run(context, { jobId }, new AbortController().signal)
    const { total } = first.progress
    expect(await job()).toMatchObject({
      status: 'completed',
      progress: { done: total, total },
      result: { purged: total },
    })
    const entries = await rowsOf(
      `select count(*)::int as n, count(distinct record_id)::int as records from history
      where kind = 'purged' and type_id = 2 and record_id = any($1)`,
      [made.map(({ id }) => id)],
    )
    expect(entries).toEqual([{ n: 450, records: 450 }])
  })
})
