import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aDeal, type Saved } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const work = () => api.work()

const found = async (q: string): Promise<number[]> => {
  const { body } = await api.call('get', `/v1/deals?q=${encodeURIComponent(q)}`).expect(200)
  return body.data.map(({ id }: Saved) => id)
}

const fields = '/v1/types/deal/fields'
const add = (body: object) => api.call('post', fields, { label: 'x', ...body })

/** Returns whether the word index of the field exists and is valid. */
async function hasIndex(code: string): Promise<boolean> {
  const { rows } = await api.pool.query(
    `select exists (select from pg_index where indisvalid and indexrelid = to_regclass('deal_f_' || id || '_search')) as has
     from user_field where code = $1`,
    [code],
  )
  return rows[0].has
}

it.each([
  ['string', false, 'Набережная Ёлкина'],
  ['text', false, 'Первая строка\nНабережная Ёлкина'],
  ['string', true, ['Другая', 'Набережная Ёлкина']],
])(
  'searches a searchable field of kind %s (several values: %p) once its index exists',
  async (kind, multiple, value) => {
    const code = `street_${kind}_${multiple}`
    const made = await add({ code, kind, multiple, searchable: true }).expect(201)
    expect(made.body).toMatchObject({ searchable: true })
    const deal = await aDeal(api, { title: 'Ремонт', userFields: { [code]: value } })
    expect(await found('elkina naberezhnaya')).toEqual([])
    await work()
    expect(await hasIndex(code)).toBe(true)
    expect(await found('elkina naberezhnaya ремонт')).toEqual([deal.id])
    expect(await found('Набережнаа')).toEqual([deal.id])
    const { body } = await api.call('get', '/v1/search?q=Yolkina').expect(200)
    expect(body.data).toMatchObject([
      {
        id: deal.id,
        matched: [{ field: `userFields.${code}`, value: Array.isArray(value) ? value.join(', ') : value }],
      },
    ])
    await api.call('delete', `/v1/deals/${deal.id}`).expect(204)
  },
)

it('makes a field searchable later, and no longer searchable again', async () => {
  const deal = await aDeal(api, {})
  expect((await add({ code: 'later', kind: 'string', searchable: false }).expect(201)).body.searchable).toBe(false)
  await api.call('patch', `/v1/deals/${deal.id}`, { userFields: { later: 'Погодин' } }).expect(200)
  await work()
  expect(await found('погодин')).toEqual([])
  const on = await api.call('patch', `${fields}/later`, { searchable: true }).expect(200)
  expect(on.body.searchable).toBe(true)
  await work()
  expect(await found('погодин')).toEqual([deal.id])
  await api.call('patch', `${fields}/later`, { label: 'y' }).expect(200)
  expect(await found('погодин')).toEqual([deal.id])
  const off = await api.call('patch', `${fields}/later`, { searchable: false }).expect(200)
  expect(off.body.searchable).toBe(false)
  expect(await found('погодин')).toEqual([])
  expect(await hasIndex('later')).toBe(true)
  await work()
  expect(await hasIndex('later')).toBe(false)
})

it('applies the last requested setting, in whatever order the jobs run', async () => {
  await add({ code: 'wavering', kind: 'string', searchable: true }).expect(201)
  await api.call('patch', `${fields}/wavering`, { searchable: false }).expect(200)
  await api.call('patch', `${fields}/wavering`, { searchable: true }).expect(200)
  await work()
  expect(await hasIndex('wavering')).toBe(true)
  const deal = await aDeal(api, { userFields: { wavering: 'Колебанов' } })
  expect(await found('колебанов')).toEqual([deal.id])
})

it('allows only text fields to be searchable', async () => {
  for (const kind of ['integer', 'date', 'money', 'boolean']) {
    const { body } = await add({ code: `no_${kind}`, kind, searchable: true }).expect(422)
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/searchable', code: 'not_allowed_here' })])
  }
  await add({ code: 'size', kind: 'integer' }).expect(201)
  const { body } = await api.call('patch', `${fields}/size`, { searchable: true }).expect(422)
  expect(body.errors).toEqual([expect.objectContaining({ pointer: '/searchable', code: 'not_allowed_here' })])
  await api.call('patch', `${fields}/size`, { searchable: false }).expect(200)
})
