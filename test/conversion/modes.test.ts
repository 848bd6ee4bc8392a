import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aLead, asCaller, read } from '../seed.ts'
import { until } from '../until.ts'
import { workersFor } from '../workers.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({
    limitsOf: ({ lastName }, { code }) => (lastName === 'No deal' && code === 'deal' ? { rows: { add: false } } : {}),
  })
})
afterAll(() => api.close())

const change = async (mode: string) => {
  const { body } = await api.call('post', '/v1/leads/mode', { mode }).expect(202)
  await api.work()
  return (await api.call('get', `/v1/jobs/${body.id}`).expect(200)).body
}
const conversionOf = async (id: number) => (await api.call('get', `/v1/leads/${id}/conversion`).expect(200)).body
const count = async (table: string) => (await api.pool.query(`select count(*)::int as n from ${table}`)).rows[0].n
const anna = { firstName: 'Anna', companyTitle: 'Vector', title: 'Tables' }

describe('In the simple mode', () => {
  beforeEach(async () => void (await change('simple')))
  afterEach(async () => void (await change('classic')))

  it('a new lead is converted in the request that creates it', async () => {
    expect((await api.call('get', '/v1/settings').expect(200)).body).toMatchObject({ leadMode: 'simple' })
    const lead = await aLead(api, anna)
    expect(lead).toEqual(await read(api, `leads/${lead.id}`))
    const made = await conversionOf(lead.id)
    expect(lead).toMatchObject({
      ...{ stageId: 'CONVERTED', version: 2, companyId: made.company.id, isRepeat: false },
      contacts: [{ id: made.contact.id, primary: true }],
    })
    expect(await read(api, `deals/${made.deal.id}`)).toMatchObject({ title: 'Tables', leadId: lead.id })
  })

  it('a lead makes a contact and a company only if it names them, and a repeat lead only a deal', async () => {
    const targets = async (fields: Record<string, unknown>) =>
      Object.keys(await conversionOf((await aLead(api, fields)).id)).filter((name) =>
        /^(deal|contact|company)$/.test(name),
      )
    const company = await aCompany(api)
    expect(await targets({})).toEqual(['deal'])
    expect((await targets({ emails: [{ value: 'a@b.example' }] })).toSorted()).toEqual(['contact', 'deal'])
    expect((await targets({ companyTitle: 'Vector' })).toSorted()).toEqual(['company', 'deal'])
    expect(await targets({ ...anna, companyId: company.id })).toEqual(['deal'])
  })

  it('a lead that is created in a final stage is not converted', async () => {
    const { id } = await aLead(api, { ...anna, stageId: 'JUNK' })
    await api.call('get', `/v1/leads/${id}/conversion`).expect(404)
  })

  it('leads of a batch, of an external key and of an import are converted too', async () => {
    const operations = [1, 2, 3].map(() => ({ op: 'create', data: anna }))
    const { body } = await api.call('post', '/v1/leads/batch', { operations }).expect(200)
    for (const { id, record } of body.results) {
      expect(record).toMatchObject({ stageId: 'CONVERTED' })
      await conversionOf(id)
    }
    const { body: upserted } = await api.call('put', '/v1/leads/external/erp/L1', anna).expect(201)
    expect(upserted).toMatchObject({ stageId: 'CONVERTED' })
    const again = await api.call('put', '/v1/leads/external/erp/L1', { comment: 'x' }).expect(200)
    expect(again.body).toMatchObject({ stageId: 'CONVERTED', comment: 'x' })
    const deals = await count('deal')
    const started = await api
      .call('post', '/v1/leads/import')
      .set('content-type', 'text/csv')
      .send('title,firstName,companyTitle\nOne,Anna,Vector\nTwo,Ivan,\n')
      .expect(202)
    await api.work()
    expect((await api.call('get', `/v1/jobs/${started.body.id}`)).body).toMatchObject({
      status: 'completed',
      result: { rows: 2, created: 2, failed: 0 },
    })
    expect(await count('deal')).toBe(deals + 2)
  })

  it('a lead whose deal is refused is refused with the place of each fault', async () => {
    await api.pool.query(`update stage set required_fields = '["probability"]' where code = 'NEW' and pipeline_id <> 1`)
    try {
      const before = [await count('lead'), await count('contact')]
      const { body } = await api.call('post', '/v1/leads', anna).expect(422)
      expect(body.errors).toEqual([
        { pointer: '/deal/probability', code: 'required_in_stage', message: expect.any(String) },
      ])
      const operations = [anna, { ...anna, stageId: 'JUNK' }].map((data) => ({ op: 'create', data }))
      const batch = await api.call('post', '/v1/leads/batch', { atomic: false, operations }).expect(207)
      expect(batch.body.results.map(({ status }: { status: number }) => status)).toEqual([422, 201])
      expect(batch.body.results[0].problem.errors[0].pointer).toBe('/operations/0/data/deal/probability')
      const started = await api.call('post', '/v1/leads/import').set('content-type', 'text/csv').send('title\nOne\n')
      await api.work()
      const { body: job } = await api.call('get', `/v1/jobs/${started.body.id}`)
      expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 0, failed: 1 } })
      const { body: faults } = await api.call('get', `/v1/jobs/${started.body.id}/errors`)
      const message = expect.stringContaining('deal.probability')
      expect(faults.data).toMatchObject([{ row: 1, column: null, code: 'required_in_stage', message }])
      expect([await count('lead'), await count('contact')]).toEqual([before[0] + 1, before[1]])
    } finally {
      await api.pool.query(`update stage set required_fields = '[]'`)
    }
    const caller = await asCaller(api, 'No deal')
    await caller.call('post', '/v1/leads', anna).expect(403)
  })
})

describe('Changing the mode', () => {
  it('to simple converts the open leads, and lists those that stay open', async () => {
    const open = await aLead(api, anna)
    const closed = await aLead(api, { ...anna, stageId: 'JUNK' })
    const repeat = await aLead(api, { ...anna, isRepeat: true })
    await api.pool.query(`update stage set required_fields = '["title"]' where code = 'CONVERTED'`)
    const { rows } = await api.pool.query(`update lead set title = null where id = $1 returning id`, [repeat.id])
    const job = await change('simple')
    await api.pool.query(`update stage set required_fields = '[]'`)
    expect(job).toMatchObject({ type: 'lead-mode', status: 'completedWithErrors', progress: { total: 2, done: 2 } })
    expect(job.result).toEqual({ records: 2, done: 1, failed: 1, left: 0 })
    const { body: faults } = await api.call('get', `/v1/jobs/${job.id}/errors`)
    expect(faults.data).toMatchObject([{ recordId: rows[0].id, column: 'lead.title', code: 'required_in_stage' }])
    expect(await read(api, `leads/${open.id}`)).toMatchObject({ stageId: 'CONVERTED' })
    expect(await read(api, `leads/${closed.id}`)).toEqual(closed)
    expect(await read(api, `leads/${repeat.id}`)).toMatchObject({ stageId: 'NEW' })
    expect(await change('classic')).toMatchObject({ status: 'completed', result: { records: 0 } })
    expect(await aLead(api, anna)).toMatchObject({ stageId: 'NEW' })
  })

  it('holds for every lead that is committed after it', async () => {
    const client = await api.pool.connect()
    try {
      await client.query('begin')
      await client.query('select pg_advisory_xact_lock(lead_mode_lock())')
      await client.query(`update setting set value = '"simple"' where key = 'leadMode'`)
      const sent = aLead(api, anna)
      await until(async () => {
        const { rows } = await api.pool.query(
          `select from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`,
        )
        return rows.length > 0
      })
      await client.query('commit')
      expect(await sent).toMatchObject({ stageId: 'CONVERTED' })
    } finally {
      client.release()
    }
    await change('classic')
  })

  it('is for administrators, and takes known modes only', async () => {
    await api.call('post', '/v1/leads/mode', { mode: 'easy' }).expect(422)
    await api.call('post', '/v1/leads/mode', {}).expect(422)
    await api.call('patch', '/v1/settings', { leadMode: 'simple' }).expect(422)
    const { body } = await api.call('post', '/v1/leads/mode?dryRun=true', { mode: 'simple' })
    expect(body.type).toBe('lead-mode')
    expect((await api.call('get', '/v1/settings')).body.leadMode).toBe('classic')
  })
})

describe('The job of the mode', () => {
  const workers = () => workersFor(api)

  it('converts each lead exactly once, also after its worker is killed', async () => {
    const many = 2000
    await api.pool.query(`update lead set deleted_at = now() where stage_semantic = 'process'`)
    for (let done = 0; done < many; done += 1000) {
      const operations = Array.from({ length: 1000 }, () => ({ op: 'create', data: { firstName: 'Killed' } }))
      await api.call('post', '/v1/leads/batch', { operations }).expect(200)
    }
    const { body } = await api.call('post', '/v1/leads/mode', { mode: 'simple' }).expect(202)
    const job = async () => (await api.call('get', `/v1/jobs/${body.id}`)).body
    const [first, second] = [workers(), workers()]
    try {
      const worker = first.start()
      await until(async () => (await job()).progress.done > 0)
      worker.kill('SIGKILL')
      await new Promise((resolve) => worker.on('exit', resolve))
      expect(await job()).toMatchObject({ status: 'running' })
      expect((await job()).progress.done).toBeLessThan(many)
      second.start()
      await until(async () => (await job()).status !== 'running')
    } finally {
      first.kill()
      second.kill()
    }
    expect(await job()).toMatchObject({
      status: 'completed',
      result: { records: many, done: many, failed: 0, left: 0 },
    })
    const { rows } = await api.pool.query(`select
      (select count(*)::int from conversion c join lead on lead.id = c.record_id where first_name = 'Killed') as conversions,
      (select count(*)::int from deal join lead on lead.id = deal.lead_id where first_name = 'Killed') as deals,
      (select count(*)::int from contact where first_name = 'Killed') as contacts`)
    expect(rows).toEqual([{ conversions: many, deals: many, contacts: many }])
    await change('classic')
  }, 120_000)
})
