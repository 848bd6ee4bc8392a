import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal, aLead, asCaller, callers, limitsOf, read, type Saved } from '../seed.ts'

let second: number
let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
beforeAll(async () => {
  const { rows } = await server.pool.query(
    `insert into pipeline (type_id, name, sort) values (2, '{"en": "Second", "ru": "Вторая"}', 20) returning id`,
  )
  second = rows[0].id
  await server.pool.query(
    `insert into stage (pipeline_id, code, name, semantic, color, sort)
     select $1, code, '{"en": "s", "ru": "s"}', semantic, '#000000', sort from (values
       ('FIRST', 'process', 10), ('NEW', 'process', 20), ('WON', 'success', 30)) as s (code, semantic, sort)`,
    [second],
  )
})
afterAll(() => server.close())

describe.each(callers)('A staged record of $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  const change = async (path: string, body: object): Promise<Saved> =>
    (await api.call('patch', `/v1/${path}`, body).expect(200)).body

  it('returns the meaning of its stage, who moved it and when it was closed', async () => {
    const deal = await aDeal(api)
    const path = `deals/${deal.id}`
    const won = await change(path, { stageId: 'WON' })
    const now = won.updatedAt
    expect(won).toEqual({
      ...deal,
      ...{ stageId: 'WON', stageSemantic: 'success', movedAt: now, closedAt: now, updatedAt: now, version: 2 },
    })
    const lost = await change(path, { stageId: 'LOSE', failureReason: 'PRICE' })
    expect(lost).toEqual({
      ...won,
      ...{ stageId: 'LOSE', stageSemantic: 'failure', failureReason: 'PRICE', version: 3 },
      ...{ movedAt: lost.updatedAt, closedAt: lost.updatedAt, updatedAt: lost.updatedAt },
    })
    const open = await change(path, { stageId: 'EXECUTING' })
    expect(open).toEqual({
      ...lost,
      ...{ stageId: 'EXECUTING', stageSemantic: 'process', failureReason: null, closedAt: null, version: 4 },
      ...{ movedAt: open.updatedAt, updatedAt: open.updatedAt },
    })
  })

  it('keeps its closing time in another failure stage', async () => {
    const lost = await aDeal(api, { stageId: 'LOSE', failureReason: 'PRICE' })
    const path = `deals/${lost.id}`
    const analysed = await change(path, { stageId: 'APOLOGY' })
    expect(analysed).toMatchObject({ closedAt: lost.closedAt, movedAt: analysed.updatedAt, failureReason: 'PRICE' })
    const won = await change(path, { stageId: 'WON' })
    expect(won).toMatchObject({ closedAt: won.updatedAt, failureReason: null })
  })

  it('loses its failure reason in another stage, unless the move sets one', async () => {
    const { id } = await aDeal(api, { stageId: 'LOSE', failureReason: 'PRICE' })
    expect(await change(`deals/${id}`, { title: 'Still lost' })).toMatchObject({ failureReason: 'PRICE' })
    expect(await change(`deals/${id}`, { stageId: 'WON' })).toMatchObject({ failureReason: null })
    await change(`deals/${id}`, { stageId: 'LOSE', failureReason: 'LATER' })
    const reopened = { stageId: 'NEW', failureReason: 'OTHER' }
    expect(await change(`deals/${id}`, reopened)).toMatchObject(reopened)
  })

  it('keeps its move time if other fields change', async () => {
    const deal = await aDeal(api, { stageId: 'WON' })
    expect(deal).toMatchObject({ stageSemantic: 'success', closedAt: deal.createdAt, movedAt: deal.createdAt })
    const same = await change(`deals/${deal.id}`, { stageId: 'WON', pipelineId: deal.pipelineId })
    expect(same).toEqual(deal)
    const titled = await change(`deals/${deal.id}`, { stageId: 'WON', title: 'a' })
    expect(titled).toEqual({ ...deal, title: 'a', version: 2, updatedAt: titled.updatedAt })
  })

  it('starts another pipeline at its first stage, or at the given one', async () => {
    const { id, pipelineId } = await aDeal(api, { stageId: 'WON' })
    expect(await change(`deals/${id}`, { pipelineId: second })).toMatchObject({
      ...{ pipelineId: second, stageId: 'FIRST', stageSemantic: 'process', closedAt: null },
    })
    expect(await change(`deals/${id}`, { pipelineId, stageId: 'LOSE' })).toMatchObject({
      ...{ pipelineId, stageId: 'LOSE', stageSemantic: 'failure' },
    })
    expect(await aDeal(api, { pipelineId: second })).toMatchObject({ pipelineId: second, stageId: 'FIRST' })
  })

  it('cannot have a stage of another pipeline', async () => {
    const deal = await aDeal(api)
    const refused = await api.call('patch', `/v1/deals/${deal.id}`, { stageId: 'FIRST' }).expect(422)
    expect(refused.body.errors).toMatchObject([
      {
        ...{ pointer: '/stageId', code: 'unknown_stage', message: 'There is no stage FIRST in this pipeline.' },
        allowed: ['NEW', 'PREPARATION', 'PREPAYMENT_INVOICE', 'EXECUTING', 'FINAL_INVOICE', 'WON', 'LOSE', 'APOLOGY'],
      },
    ])
    const both = { pipelineId: second, stageId: 'LOSE' }
    const elsewhere = await api.call('patch', `/v1/deals/${deal.id}`, both).expect(422)
    expect(elsewhere.body.errors).toMatchObject([{ code: 'unknown_stage', allowed: ['FIRST', 'NEW', 'WON'] }])
    expect(await read(api, `deals/${deal.id}`)).toEqual(deal)
  })

  it('has only the pipeline of leads if it is a lead', async () => {
    const lead = await aLead(api)
    const refused = await api.call('patch', `/v1/leads/${lead.id}`, { pipelineId: second }).expect(422)
    expect(refused.body.errors).toMatchObject([
      {
        ...{ pointer: '/pipelineId', code: 'unknown_pipeline', message: `There is no pipeline ${second}.` },
        allowed: [String(lead.pipelineId)],
      },
    ])
    expect(await change(`leads/${lead.id}`, { stageId: 'JUNK' })).toMatchObject({ stageSemantic: 'failure' })
  })
})
