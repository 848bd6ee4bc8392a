import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { operations } from '../../src/rights/levels.ts'
import type { Limits } from '../../src/rights/limits.ts'
import { type Api, startApi } from '../api.ts'
import { aLead, asCaller, having, read } from '../seed.ts'

const none: Limits = { rows: Object.fromEntries(operations.map((one) => [one, false])) }
/** Limits of callers by last name and type. */
const limits: Record<string, Record<string, Limits | null>> = {
  'No deal': { deal: { rows: { add: false } } },
  'No contact': { contact: { rows: { add: having('comment', 'never') } } },
  'No company': { company: null },
  'No move': { lead: { rows: { move: false } } },
  'No update': { lead: { rows: { update: false } } },
  'No read': { lead: { rows: { read: false } } },
  'No CRM': { lead: null, deal: null, contact: null, company: null, quote: null, invoice: null },
  'Half blind': { lead: { hidden: ['comment'] }, company: none },
}

let api: Api
beforeAll(async () => {
  api = await startApi({
    limitsOf: ({ lastName }, { code }) => {
      const own = limits[lastName ?? ''] ?? {}
      return code in own ? (own[code] ?? null) : {}
    },
  })
})
afterAll(() => api.close())

const lead = {
  ...{ firstName: 'Anna', lastName: 'Orlova', companyTitle: 'Vector', amount: '10', comment: 'Call' },
  ...{ phones: [{ value: '+7 945 123-45-67' }], emails: [{ value: 'anna@vector.example' }] },
}
const all = { deal: { externalIds: [{ source: 'erp', key: 'D1' }] }, contact: true, company: true }

/** Returns a digest of every table, without what each request changes. */
async function content(): Promise<Record<string, string>> {
  const { rows } = await api.pool.query(
    `select schemaname || '.' || tablename as name from pg_tables where schemaname in ('public', 'local')
     and tablename not in ('api_key', 'job') order by 1`,
  )
  const tables: Record<string, string> = {}
  for (const { name } of rows) {
    const { rows } = await api.pool.query(
      `select md5(string_agg(t::text, ';' order by t::text)) as digest from ${name} t`,
    )
    tables[name] = rows[0].digest
  }
  return tables
}

it('leaves nothing behind when any of its statements fails', async () => {
  await api.pool.query(`
    create sequence step;
    create table fault_at (step integer);
    insert into fault_at values (0);
    create function fail_at_step() returns trigger language plpgsql as $$
    begin
      if nextval('step') = (select step from fault_at) then
        raise exception 'fault at %', tg_table_name using errcode = 'KT999', table = tg_table_name;
      end if;
      return null;
    end $$;
    do $$ declare name text; begin
      foreach name in array array['lead', 'deal', 'contact', 'company', 'communication', 'link', 'external_id', 'history',
          'stage_history', 'conversion', 'conversion_target'] loop
        execute format('create trigger fails after insert or update or delete on %I for each statement execute function fail_at_step()', name);
      end loop;
    end $$`)
  const { id } = await aLead(api, lead)
  const failed = new Set<string>()
  for (let step = 1; ; step++) {
    await api.pool.query(`update fault_at set step = $1`, [step])
    const before = await content()
    await api.pool.query(`select setval('step', 1, false)`)
    const { status } = await api.call('post', `/v1/leads/${id}/convert`, all)
    if (status === 200) {
      expect(step).toBeGreaterThan(15)
      break
    }
    expect(status).toBe(500)
    expect(await content()).toEqual(before)
    failed.add(String(step))
  }
  expect(await read(api, `leads/${id}`)).toMatchObject({ stageId: 'CONVERTED', version: 2 })
  await api.pool.query('drop table fault_at cascade; drop function fail_at_step cascade')
})

it.each(['deal', 'contact', 'company'])('makes nothing without the right to add a %s', async (type) => {
  const limited = await asCaller(api, `No ${type}`)
  const made = await aLead(api, lead)
  const before = await content()
  const { body } = await limited.call('post', `/v1/leads/${made.id}/convert`, { ...all, deal: true }).expect(403)
  expect(body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('add') })
  expect(await content()).toEqual(before)
  const others = Object.fromEntries(
    ['deal', 'contact', 'company'].filter((one) => one !== type).map((one) => [one, true]),
  )
  await limited.call('post', `/v1/leads/${made.id}/convert`, others).expect(200)
})

it('makes nothing without the right to move the lead, to change it or to read it', async () => {
  const { id } = await aLead(api, lead)
  const before = await content()
  const as = async (name: string) => (await asCaller(api, name)).call('post', `/v1/leads/${id}/convert`, { deal: true })
  expect((await as('No move')).body).toMatchObject({ status: 403, code: 'forbidden' })
  expect((await as('No update')).body).toMatchObject({ status: 403, code: 'forbidden' })
  expect((await as('No read')).body).toMatchObject({ status: 404, code: 'record_not_found' })
  expect((await as('No CRM')).body).toMatchObject({ status: 403, code: 'crm_unavailable' })
  await api.call('post', `/v1/leads/${id}/convert`, { dael: 1 }).expect(422)
  expect((await content())['public.lead']).toBe(before['public.lead'])
})

it('does not carry what the caller may not read, and keeps the client that the caller may not read', async () => {
  const company = (await api.call('post', '/v1/companies', { title: 'Hidden' }).expect(201)).body
  const { id } = await aLead(api, { ...lead, companyId: company.id, isRepeat: false })
  const caller = await asCaller(api, 'Half blind')
  const { body } = await caller.call('post', `/v1/leads/${id}/convert`, { deal: true, contact: true }).expect(200)
  expect(await read(api, `deals/${body.deal.id}`)).toMatchObject({ comment: null, amount: '10', companyId: company.id })
  expect(await read(api, `contacts/${body.contact.id}`)).toMatchObject({
    companies: [{ id: company.id, primary: true }],
  })
})
