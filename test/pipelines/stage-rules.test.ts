import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal, asCaller, callers, limitsOf, read, type Saved } from '../seed.ts'

let server: Api
let pipelineId: number
const pipelines = '/v1/types/deal/pipelines'
const rule = async (stage: string, body: object) => {
  await server.call('patch', `${pipelines}/${pipelineId}/stages/${stage}`, body).expect(200)
}

beforeAll(async () => {
  server = await startApi({ limitsOf })
  await server
    .call('post', '/v1/types/deal/fields', { code: 'contract', kind: 'string', label: 'Contract' })
    .expect(201)
  const created = await server.call('post', pipelines, { name: 'Strict', failureNeedsReason: true }).expect(201)
  pipelineId = created.body.id
  await rule('PREPARATION', { requiredFields: ['amount', 'contacts', 'userFields.contract', 'comment'] })
  await rule('NEW', { nextStages: ['PREPARATION', 'LOSE', 'APOLOGY'] })
})
afterAll(() => server.close())

describe.each(callers)('A deal of $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })
  const change = async (deal: Saved, body: object, status = 422) =>
    (await api.call('patch', `/v1/deals/${deal.id}`, body).expect(status)).body
  const faults = ({ errors }: { errors: { pointer: string; code: string }[] }) =>
    errors.map(({ pointer, code }) => `${pointer} ${code}`)

  it('needs the required fields when it enters a stage, except fields that the caller does not see', async () => {
    const deal = await aDeal(api, { pipelineId })
    const comment = isLimited ? [] : ['/comment required_in_stage']
    const missing = [
      ...['/contacts required_in_stage', '/amount required_in_stage', ...comment],
      '/userFields/contract required_in_stage',
    ]
    const refused = await change(deal, { stageId: 'PREPARATION' })
    expect(faults(refused).sort()).toEqual(missing.toSorted())
    expect(refused.errors[0].message).toBe('Required in the stage PREPARATION.')
    const created = await api.call('post', '/v1/deals', { pipelineId, stageId: 'PREPARATION' }).expect(422)
    expect(faults(created.body).sort()).toEqual(missing.toSorted())
    expect(await read(api, `deals/${deal.id}`)).toEqual(deal)
  })

  it('moves once it has them, also if it had them before', async () => {
    const { id } = await aContact(api)
    const deal = await aDeal(api, { pipelineId, contacts: [{ id }], ...(!isLimited && { comment: 'c' }) })
    const body = { stageId: 'PREPARATION', amount: '10', userFields: { contract: '17' } }
    expect(await change(deal, body, 200)).toMatchObject({ stageId: 'PREPARATION', contacts: [{ id }] })
  })

  it('is edited in its stage whatever the stage requires', async () => {
    const { id } = await aContact(api)
    const full = { amount: '1', contacts: [{ id }], userFields: { contract: '1' }, ...(!isLimited && { comment: 'c' }) }
    const deal = await aDeal(api, { pipelineId, stageId: 'PREPARATION', ...full })
    expect(await change(deal, { title: 'Edited', userFields: { contract: null } }, 200)).toMatchObject({
      ...{ title: 'Edited', stageId: 'PREPARATION', userFields: { contract: null } },
    })
  })

  it('makes only the allowed moves', async () => {
    const deal = await aDeal(api, { pipelineId })
    const refused = await change(deal, { stageId: 'WON' })
    expect(refused.errors).toMatchObject([
      {
        ...{ pointer: '/stageId', code: 'move_not_allowed', message: 'Records cannot move from NEW to WON.' },
        allowed: ['PREPARATION', 'LOSE', 'APOLOGY'],
      },
    ])
    const { data } = (await api.call('get', pipelines).expect(200)).body
    const elsewhere = await change(deal, { pipelineId: data[0].id, stageId: 'WON' }, 200)
    expect(elsewhere).toMatchObject({ pipelineId: data[0].id, stageId: 'WON' })
    expect(await aDeal(api, { pipelineId, stageId: 'WON' })).toMatchObject({ stageId: 'WON' })
  })

  it('needs a reason for its failure', async () => {
    const deal = await aDeal(api, { pipelineId })
    expect(faults(await change(deal, { stageId: 'LOSE' }))).toEqual(['/failureReason failure_reason_required'])
    const unknown = await change(deal, { stageId: 'LOSE', failureReason: 'PRCE' })
    expect(unknown.errors).toMatchObject([{ pointer: '/failureReason', code: 'unknown_value', hint: 'PRICE' }])
    expect(await change(deal, { stageId: 'LOSE', failureReason: 'PRICE' }, 200)).toMatchObject({
      ...{ stageId: 'LOSE', stageSemantic: 'failure', failureReason: 'PRICE' },
    })
    expect(await change(deal, { stageId: 'APOLOGY' }, 200)).toMatchObject({ failureReason: 'PRICE' })
  })
})

it('returns to a stage by a revert whatever the rules are', async () => {
  const deal = await aDeal(server, { pipelineId })
  const body = { ids: [deal.id], set: { stageId: 'LOSE', failureReason: 'PRICE' } }
  await server.call('post', '/v1/deals/bulk?dryRun=true', body).expect(200)
  const unmet = await server
    .call('post', '/v1/deals/bulk?dryRun=true', { ...body, set: { stageId: 'WON' } })
    .expect(200)
  expect(unmet.body).toMatchObject({ matched: 1 })
})
