import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { type Api, startApi } from '../api.ts'
import { aRecord } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

/** Fields of every record (rule 1.6 of the product), with their values in a new record. */
const everyRecord = (userId: number) => {
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  return {
    id: expect.any(Number),
    version: 1,
    responsibleId: userId,
    createdBy: userId,
    createdAt: instant,
    updatedBy: userId,
    updatedAt: instant,
    lastActivityAt: null,
    opened: true,
    observers: [],
    source: null,
    sourceDescription: null,
    utm: null,
    externalIds: [],
    userFields: {},
  }
}
const staged = (userId: number) => ({
  pipelineId: expect.any(Number),
  stageId: expect.any(String),
  stageSemantic: 'process',
  failureReason: null,
  movedBy: userId,
  movedAt: expect.any(String),
  closedAt: null,
})

it('The six record types differ in code, plural, prefix and number', () => {
  for (const name of ['code', 'plural', 'prefix', 'id'] as const) {
    expect(new Set(systemTypes.map((type) => type[name])).size).toBe(6)
  }
  expect(systemTypes.map(({ code, prefix }) => [code, prefix])).toEqual([
    ['lead', 'L'],
    ['deal', 'D'],
    ['contact', 'C'],
    ['company', 'CO'],
    ['quote', 'Q'],
    ['invoice', 'SI'],
  ])
})

describe.each(systemTypes)('A $code', (type) => {
  const { code, plural, traits, example } = type

  it('has the common fields, and stages if its type has them', async () => {
    const record = await aRecord(api, plural, { ...example, stageId: undefined })
    expect(record).toMatchObject({ ...everyRecord(api.userId), ...(traits.has('stages') && staged(api.userId)) })
    expect('stageId' in record).toBe(traits.has('stages'))
  })

  it('keeps each common field that can be set', async () => {
    const given = {
      comment: `About a ${code}`,
      responsibleId: api.userId,
      opened: false,
      observers: [api.userId],
      source: 'WEB',
      sourceDescription: 'A form',
      utm: { source: 'mail', medium: null, campaign: 'spring', content: null, term: null },
      externalIds: [{ source: 'erp', key: code }],
    }
    const { id } = await aRecord(api, plural, example)
    const changed = await api.call('patch', `/v1/${plural}/${id}`, given).expect(200)
    expect(changed.body).toMatchObject({ ...given, version: 2 })
    const external = await api.call('get', `/v1/${plural}/external/erp/${code}`).expect(200)
    expect(external.body).toEqual(changed.body)
  })

  it('starts with one pipeline, which has one success stage', async () => {
    const { body } = await api.call('get', `/v1/types/${code}/pipelines`).expect(200)
    expect(body.data).toHaveLength(traits.has('stages') ? 1 : 0)
    if (!traits.has('stages')) return
    const stages = await api.call('get', `/v1/types/${code}/pipelines/${body.data[0].id}/stages`).expect(200)
    const semantics = stages.body.data.map(({ semantic }: { semantic: string }) => semantic)
    expect(semantics.filter((semantic: string) => semantic === 'success')).toHaveLength(1)
    expect([semantics[0], semantics.includes('failure')]).toEqual(['process', true])
  })
})
