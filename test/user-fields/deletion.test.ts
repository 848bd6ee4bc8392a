import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const faults = (response: { body: { errors?: { pointer: string; code: string }[] } }) =>
  response.body.errors?.map(({ pointer, code }) => `${pointer} ${code}`)

describe('user fields', () => {
  it('are deleted with their values: a new field with the same code starts empty, also in history', async () => {
    const type = '/v1/types/deal/fields'
    await api.call('post', type, { code: 'margin', kind: 'integer', label: 'Margin' }).expect(201)
    const { body } = await api.call('post', '/v1/deals', { userFields: { margin: 5 } }).expect(201)
    await api.call('patch', `/v1/deals/${body.id}`, { userFields: { margin: 6 } }).expect(200)
    expect((await api.call('delete', `${type}/margin?dryRun=true`).expect(200)).body).toEqual({ records: 1, uses: [] })
    const { body: binned } = await api.call('post', '/v1/deals', { userFields: { margin: 5 } }).expect(201)
    await api.call('delete', `/v1/deals/${binned.id}`).expect(204)
    expect((await api.call('delete', `${type}/margin?dryRun=true`).expect(200)).body).toEqual({ records: 2, uses: [] })
    await api.call('delete', `${type}/margin`).expect(204)
    await api.call('delete', `${type}/margin`).expect(404)
    const gone = await api.call('patch', `/v1/deals/${body.id}`, { userFields: { margin: 7 } }).expect(422)
    expect(faults(gone)).toEqual(['/userFields/margin unknown_field'])
    await api.call('post', type, { code: 'margin', kind: 'string', label: 'Margin' }).expect(201)
    expect((await api.call('get', `/v1/deals/${body.id}`)).body.userFields).toEqual({ margin: null })
    const history = await api.call('get', `/v1/deals/${body.id}/history`).expect(200)
    expect(history.body.data.map((entry: { changes: unknown[] }) => entry.changes)).toEqual([[]])
  })

  it('are deleted from the places that use them, which a dry run lists', async () => {
    const type = '/v1/types/deal/fields'
    const label = { en: 'Profit', ru: 'Прибыль' }
    const create = () => api.call('post', type, { code: 'profit', kind: 'integer', label, inCard: false }).expect(201)
    await create()
    await api.call('post', '/v1/types/lead/fields', { code: 'profit', kind: 'integer', label }).expect(201)
    const loss = async () => (await api.call('delete', `${type}/profit?dryRun=true`).expect(200)).body
    expect(await loss()).toEqual({ records: 0, uses: [] })
    const stage = '/v1/types/deal/pipelines/3/stages/WON'
    const map = '/v1/leads/conversion-map'
    const pair = { from: 'userFields.profit', to: 'userFields.profit' }
    const titles = { from: 'title', to: 'title' }
    await api.call('put', `${type}/profit/visibility`, { restricted: true }).expect(200)
    const card = '/v1/types/deal/card?pipelineId=3'
    const sections = [{ name: 'main', title: 'Main', fields: [{ field: 'title' }, { field: 'userFields.profit' }] }]
    await api.call('put', card, { scope: 'common', sections }).expect(200)
    await api.call('put', card, { scope: 'personal', sections }).expect(200)
    await api.call('patch', stage, { requiredFields: ['amount', 'userFields.profit'] }).expect(200)
    await api.call('put', map, { deal: [pair, titles] }).expect(200)
    expect(await loss()).toEqual({
      records: 0,
      uses: [
        { kind: 'visibility', path: `${type}/profit/visibility`, name: 'Visibility of the field' },
        { kind: 'card', path: `${card}&scope=common`, name: expect.stringMatching(/^Common card \(.+\), 1 personal$/) },
        { kind: 'stage', path: stage, name: expect.stringMatching(/: /) },
        { kind: 'conversionMap', path: map, name: 'Map of fields of conversions' },
      ],
    })
    const stored = async () => {
      const { rows } = await api.pool.query(
        `select (select required_fields from stage where code = 'WON' and pipeline_id = 3) as required, (select pairs from field_map) as pairs`,
      )
      return rows[0]
    }
    await api.call('delete', `${type}/profit`).expect(204)
    expect(await stored()).toEqual({ required: ['amount'], pairs: [titles] })
    await create()
    expect(await loss()).toEqual({ records: 0, uses: [] })
    expect((await api.call('get', stage).expect(200)).body.requiredFields).toEqual(['amount'])
  })
})
