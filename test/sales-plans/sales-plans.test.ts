import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { problem } from '../people/callers.ts'

type Plan = Record<string, unknown> & { id: number }

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const month = '2026-11'
const rest = { month, type: 'deal', amount: '1500000', currency: 'RUB' }
const alone = { pipelineId: null, departmentId: null, userId: null }

async function create(body: object): Promise<Plan> {
  const answer = await api.call('post', '/v1/sales-plans', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body as Plan
}

/** Returns what a list contains: the ids of the plans. */
async function idsOf(query: string, call: Api['call'] = api.call): Promise<number[]> {
  const { body } = await call('get', `/v1/sales-plans?${query}`).expect(200)
  return body.data.map(({ id }: Plan) => id)
}

describe('A sales plan', () => {
  it('is created, read, changed and deleted', async () => {
    const made = await api.call('post', '/v1/sales-plans', { ...rest, count: 40 }).expect(201)
    const { id, createdAt } = made.body
    const stamps = { createdBy: api.userId, createdAt, updatedBy: api.userId, updatedAt: createdAt }
    const plan = { id, version: 1, ...rest, scope: 'company', ...alone, count: 40, ...stamps }
    expect(made.body).toEqual(plan)
    expect(made.headers.location).toBe(`/v1/sales-plans/${id}`)
    const read = await api.call('get', `/v1/sales-plans/${id}`).expect(200)
    expect(read.body).toEqual(plan)
    expect(read.headers.etag).toBe(made.headers.etag)
    await api.call('get', `/v1/sales-plans/${id}`).set('if-none-match', made.headers.etag!).expect(304)
    const change = { amount: '0.50', currency: 'USD', count: null }
    const changed = await api.call('patch', `/v1/sales-plans/${id}`, change).expect(200)
    expect(changed.body).toEqual({ ...plan, version: 2, ...change, updatedAt: changed.body.updatedAt })
    const same = await api.call('patch', `/v1/sales-plans/${id}`, { amount: '0.5', count: null }).expect(200)
    expect(same.body).toEqual(changed.body)
    await api.call('delete', `/v1/sales-plans/${id}`).expect(204)
    const { body } = await api.call('get', `/v1/sales-plans/${id}`).expect(404)
    expect(body).toEqual(problem(404, 'sales_plan_not_found', `There is no sales plan ${id}.`))
  })

  it('is changed and deleted only at the version that If-Match names', async () => {
    const { id } = await create({ ...rest, month: '2025-01' })
    const { headers } = await api.call('get', `/v1/sales-plans/${id}`).expect(200)
    await api.call('patch', `/v1/sales-plans/${id}`, { amount: '2' }).set('if-match', headers.etag!).expect(200)
    for (const [method, change] of [['patch', { amount: '3' }] as const, ['delete', undefined] as const]) {
      const { body } = await api
        .call(method, `/v1/sales-plans/${id}`, change)
        .set('if-match', headers.etag!)
        .expect(412)
      expect(body).toMatchObject({ code: 'precondition_failed', version: 2, fields: change ? ['amount'] : [] })
    }
    await api.call('delete', `/v1/sales-plans/${id}`).set('if-match', '*').expect(204)
  })

  it('is created once for a repeated request, and by no dry run', async () => {
    const body = { ...rest, month: '2025-02' }
    const send = (query = '') => api.call('post', `/v1/sales-plans${query}`, body)
    const trial = await send('?dryRun=true').expect(201)
    expect(trial.headers.location).toBeUndefined()
    const made = await send().set('idempotency-key', 'plan').expect(201)
    const again = await send().set('idempotency-key', 'plan').expect(201)
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([made.body, 'true'])
    const { id } = made.body
    const refused = await send().expect(409)
    const detail = `The sales plan ${id} is for the same month, record type and scope. Change it instead.`
    expect(refused.body).toEqual(problem(409, 'sales_plan_exists', detail, { id }))
  })

  it('is for the company, one pipeline, one department or one user', async () => {
    const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
    const scopes = { pipelineId: body.data[0].id, departmentId: 1, userId: api.userId }
    const of = { ...rest, month: '2024-05' }
    const company = await create(of)
    for (const [name, id] of Object.entries(scopes)) {
      const plan = await create({ ...of, [name]: id })
      const scope = name.replace('Id', '')
      expect(plan).toMatchObject({ scope, ...alone, [name]: id })
      expect(await idsOf(`fromMonth=2024-05&toMonth=2024-05&scope=${scope}`)).toEqual([plan.id])
      expect(await idsOf(`fromMonth=2024-05&toMonth=2024-05&${name}=${id}`)).toEqual([plan.id])
    }
    expect(await idsOf('fromMonth=2024-05&toMonth=2024-05&scope=company')).toEqual([company.id])
    const two = await api.call('post', '/v1/sales-plans', { ...of, userId: api.userId, departmentId: 1 }).expect(422)
    expect(two.body.errors).toEqual([
      {
        ...{ pointer: '/userId', code: 'several_scopes' },
        message: 'A sales plan is for one pipeline, one department, one user, or the whole company.',
      },
    ])
  })

  it('is for leads, quotes, invoices and smart processes too, each by itself', async () => {
    await api.call('post', '/v1/types', { code: 'order', title: 'Order', features: ['stages', 'money'] }).expect(201)
    const ids: number[] = []
    for (const type of ['lead', 'deal', 'quote', 'invoice', 'order']) {
      ids.push((await create({ ...rest, month: '2024-06', type })).id)
    }
    expect(await idsOf('fromMonth=2024-06&toMonth=2024-06')).toEqual(ids)
    const reversed = await api.call('get', '/v1/sales-plans?fromMonth=2024-06&toMonth=2024-05').expect(400)
    expect(reversed.body.errors).toMatchObject([{ parameter: 'toMonth', code: 'too_small' }])
    expect(await idsOf('fromMonth=2024-06&toMonth=2024-06&type=quote')).toEqual([ids[2]])
    await api.call('delete', '/v1/types/order').expect(204)
    expect(await idsOf('fromMonth=2024-06&toMonth=2024-06')).toEqual(ids.slice(0, 4))
  })

  it('goes with its department or pipeline', async () => {
    const stages = [
      { id: 'NEW', name: 'New' },
      { id: 'WON', name: 'Won', semantic: 'success' },
    ]
    const pipeline = await api.call('post', '/v1/types/deal/pipelines', { name: 'Short', stages }).expect(201)
    const department = await api.call('post', '/v1/departments', { name: 'Sales' }).expect(201)
    await create({ ...rest, month: '2024-07', pipelineId: pipeline.body.id })
    await create({ ...rest, month: '2024-07', departmentId: department.body.id })
    await api.call('delete', `/v1/types/deal/pipelines/${pipeline.body.id}`).expect(204)
    await api.call('delete', `/v1/departments/${department.body.id}`).expect(204)
    expect(await idsOf('fromMonth=2024-07&toMonth=2024-07')).toEqual([])
  })
})

it('keeps the currency that it has', async () => {
  await api.call('post', '/v1/currencies', { code: 'AMD', name: 'Dram' }).expect(201)
  const { id } = await create({ ...rest, month: '2024-08', currency: 'AMD' })
  const { body } = await api.call('delete', '/v1/currencies/AMD').expect(409)
  const detail = 'Records, sales plans or defaults of fields have the currency AMD.'
  expect(body).toEqual(problem(409, 'currency_in_use', detail))
  await api.call('patch', `/v1/sales-plans/${id}`, { currency: 'RUB' }).expect(200)
  await api.call('delete', '/v1/currencies/AMD').expect(204)
})

describe('A wrong sales plan', () => {
  const faultsOf = async (body: object) => {
    const answer = await api.call('post', '/v1/sales-plans', body).expect(422)
    return answer.body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`).sort()
  }

  it.each(['2026-13', '2026-00', '2026-1', '0000-01', 'November', '2026-11-01', ''])(
    'is refused for the month %j',
    async (wrong) => {
      const { body } = await api.call('post', '/v1/sales-plans', { ...rest, month: wrong }).expect(422)
      const message = 'Must be a month such as 2026-01.'
      expect(body.errors).toEqual([{ pointer: '/month', code: 'invalid_month', message }])
    },
  )

  it.each([
    ['-1', 'too_small'],
    ['0', 'too_small'],
    ['0.00', 'too_small'],
    ['1.001', 'too_precise'],
    ['1e3', 'invalid_decimal'],
    ['1 000', 'invalid_decimal'],
    [1000, 'decimal_as_number'],
  ])('is refused for the amount %j', async (amount, code) => {
    expect(await faultsOf({ ...rest, amount })).toEqual([`/amount ${code}`])
  })

  it('returns all its faults at once', async () => {
    const wrong = { month: '2026-13', type: 'dael', currency: 'RUR', pipelineId: 3, userId: 99_999, count: 0, sum: 1 }
    expect(await faultsOf(wrong)).toEqual([
      '/amount required',
      '/count out_of_range',
      '/currency unknown_value',
      '/month invalid_month',
      '/sum unknown_field',
      '/type unknown_value',
      '/userId not_found_reference',
      '/userId several_scopes',
    ])
    const { body } = await api.call('post', '/v1/sales-plans', { ...rest, type: 'contact' }).expect(422)
    expect(body.errors[0].allowed).toEqual(['lead', 'deal', 'quote', 'invoice'])
    const { body: pipelines } = await api.call('get', '/v1/types/lead/pipelines').expect(200)
    expect(await faultsOf({ ...rest, pipelineId: pipelines.data[0].id })).toEqual(['/pipelineId unknown_value'])
    expect(await faultsOf({ ...rest, departmentId: 99_999 })).toEqual(['/departmentId not_found_reference'])
  })

  it('keeps its month, type and scope', async () => {
    const { id } = await create({ ...rest, month: '2025-03' })
    const { body } = await api.call('patch', `/v1/sales-plans/${id}`, { month: '2025-04', userId: 1, amount: '0' })
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`).sort()).toEqual([
      '/amount too_small',
      '/month fixed_property',
      '/userId fixed_property',
    ])
    await api.call('patch', `/v1/sales-plans/${id}`, {}).expect(422)
    await api.call('get', '/v1/sales-plans?fromMonth=2026-13').expect(400)
    await api.call('get', '/v1/sales-plans?month=2026-11').expect(400)
  })
})

describe('Many sales plans', () => {
  const yearOf = (amount: string) =>
    Array.from({ length: 12 }, (_, index) => ({
      ...rest,
      ...{ month: `2030-${String(index + 1).padStart(2, '0')}`, amount, userId: api.userId },
    }))

  it('are set in one request, and set again', async () => {
    const { body } = await api.call('post', '/v1/sales-plans/batch', { plans: yearOf('100') }).expect(200)
    expect(body.data.map(({ month, amount, version }: Plan) => `${month} ${amount} ${version}`)).toEqual(
      yearOf('100').map((plan) => `${plan.month} 100 1`),
    )
    const plans = yearOf('100').toReversed()
    plans[0]!.amount = '200'
    const again = await api.call('post', '/v1/sales-plans/batch', { plans }).expect(200)
    const shown = again.body.data.map(({ id, amount, version }: Plan) => ({ id, amount, version }))
    const before = body.data.toReversed().map(({ id }: Plan) => ({ id, amount: '100', version: 1 }))
    expect(shown).toEqual([{ ...before[0], amount: '200', version: 2 }, ...before.slice(1)])
  })

  it('are all refused when one is wrong', async () => {
    const [first, second, third] = yearOf('300')
    const plans = [
      { ...first, month: '2031-13' },
      { ...second, currency: 'XXX' },
      third,
      third,
      { ...third, amount: 5 },
    ]
    const { body } = await api.call('post', '/v1/sales-plans/batch', { plans }).expect(422)
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`).sort()).toEqual([
      '/plans/0/month invalid_month',
      '/plans/1/currency unknown_value',
      '/plans/3 duplicate_value',
      '/plans/4/amount decimal_as_number',
    ])
    const { body: list } = await api.call('get', `/v1/sales-plans?fromMonth=2030-03&toMonth=2030-03`).expect(200)
    expect(list.data.map(({ amount }: Plan) => amount)).toEqual(['100'])
    await api.call('post', '/v1/sales-plans/batch', { plans: [] }).expect(422)
    await api.call('post', '/v1/sales-plans/batch', {}).expect(422)
  })

  it('are listed in pages', async () => {
    const query = `fromMonth=2030-01&toMonth=2030-12&limit=5`
    const all: unknown[] = []
    let cursor = ''
    do {
      const { body } = await api.call('get', `/v1/sales-plans?${query}${cursor && `&cursor=${cursor}`}`).expect(200)
      all.push(...body.data.map(({ month: one }: Plan) => one))
      cursor = body.page.next
    } while (cursor)
    expect(all).toEqual(yearOf('1').map((plan) => plan.month))
  })
})
