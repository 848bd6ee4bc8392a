import { describe, expect, it } from '@jest/globals'
import { aCompany, aLead, read } from '../seed.ts'
import { anna, withConversions } from './conversions.ts'

const { api, convert } = withConversions()

describe('A conversion is refused', () => {
  const faultsOf = async (id: number, body: unknown) => {
    const { errors } = (await convert(id, body).expect(422)).body
    return errors.map(({ pointer, code, hint }: Record<string, string>) => [pointer, code, ...(hint ? [hint] : [])])
  }

  it('without a target, with unknown ones and with ones of a wrong kind', async () => {
    const { id } = await aLead(api)
    expect(await faultsOf(id, {})).toEqual([['', 'required']])
    expect(await faultsOf(id, { deal: false, contact: false })).toEqual([['', 'required']])
    expect(await faultsOf(id, { dela: true, 'a/b': true, contact: 'yes', company: null })).toEqual([
      ['/dela', 'unknown_field', 'deal'],
      ['/a~1b', 'unknown_field'],
      ['/contact', 'invalid_type'],
      ['/company', 'invalid_type'],
    ])
    expect(await faultsOf(id, { deal: { id: 'x', title: 'Chairs' }, contact: { id: null } })).toEqual([
      ['/deal/title', 'not_allowed_here'],
      ['/deal/id', 'invalid_type'],
      ['/contact/id', 'invalid_type'],
    ])
    await convert(id, '[]').set('content-type', 'application/json').expect(422)
  })

  it('with the faults of all targets at once', async () => {
    const lead = await aLead(api, { phones: [] })
    const body = {
      deal: { amount: 'much', stageId: 'NO', titel: 'x', leadId: 1, companyId: 999_999 },
      contact: { birthDate: 'soon' },
      company: { phones: [{ value: '1' }], userFields: { none: 1 } },
    }
    expect(await faultsOf(lead.id, body)).toEqual([
      ['/company/userFields/none', 'unknown_field'],
      ['/company/phones/0/value', 'invalid_phone'],
      ['/company/title', 'required'],
      ['/contact/birthDate', 'invalid_date'],
      ['/contact/firstName', 'identity_required'],
      ['/deal/titel', 'unknown_field', 'title'],
      ['/deal/amount', 'invalid_decimal'],
      ['/deal/stageId', 'unknown_value'],
      ['/deal/leadId', 'not_allowed_here'],
      ['/deal/companyId', 'not_found_reference'],
    ])
    expect(await read(api, `leads/${lead.id}`)).toEqual(lead)
  })

  it('of a lead that is unknown or in the recycle bin', async () => {
    await convert(999_999, { deal: true }).expect(404)
    const { id } = await aLead(api)
    await api.call('delete', `/v1/leads/${id}`).expect(204)
    await convert(id, { deal: true }).expect(404)
  })

  it('of a lead that changed since it was read', async () => {
    const lead = await aLead(api)
    await api.call('patch', `/v1/leads/${lead.id}`, { comment: 'x' }).expect(200)
    await convert(lead.id, { deal: true }).set('if-match', '"1"').expect(412)
    await convert(lead.id, { deal: true }).set('if-match', '"2"').expect(200)
  })

  it('of a repeat lead, except to a deal', async () => {
    const { id } = await aLead(api, { ...anna, isRepeat: true })
    expect(await faultsOf(id, { deal: true, contact: true, company: true })).toEqual([
      ['/company', 'repeat_lead_to_deal'],
      ['/contact', 'repeat_lead_to_deal'],
    ])
    const company = await aCompany(api)
    const repeat = await aLead(api, { companyId: company.id, isRepeat: true })
    const { body } = await convert(repeat.id, { deal: true }).expect(200)
    expect(await read(api, `deals/${body.deal.id}`)).toMatchObject({ companyId: company.id })
  })

  it('when the success stage requires a value, with the place in the lead', async () => {
    await api.pool.query(`update stage set required_fields = '["amount"]' where code = 'CONVERTED'`)
    const { id } = await aLead(api)
    expect(await faultsOf(id, { deal: true })).toEqual([['/lead/amount', 'required_in_stage']])
    await api.pool.query(`update stage set required_fields = '[]' where code = 'CONVERTED'`)
  })
})

describe('Converting twice', () => {
  it('gives 409 with the ids that were made', async () => {
    const { id } = await aLead(api, anna)
    const { body: made } = await convert(id, { deal: true, contact: true }).expect(200)
    expect((await convert(id, { deal: true }).expect(409)).body).toMatchObject({
      code: 'already_converted',
      conversion: made,
    })
  })

  it('at the same instant makes one conversion, a hundred times', async () => {
    for (let round = 0; round < 100; round++) {
      const { id } = await aLead(api, { title: `Round ${round}` })
      const both = await Promise.all([convert(id, { deal: true }), convert(id, { deal: true })])
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
      const { deal } = both.find(({ status }) => status === 200)!.body
      expect(both.find(({ status }) => status === 409)!.body.conversion).toEqual({ deal })
      const { rows } = await api.pool.query('select id from deal where lead_id = $1', [id])
      expect(rows).toEqual([{ id: deal.id }])
    }
  })

  it('with the same Idempotency-Key returns the same response', async () => {
    const { id } = await aLead(api)
    const send = () => convert(id, { deal: true }).set('idempotency-key', `convert-${id}`).expect(200)
    expect((await send()).body).toEqual((await send()).body)
  })
})

describe('A dry run', () => {
  it('shows the bodies and the faults and saves nothing', async () => {
    const lead = await aLead(api, { firstName: 'Anna', amount: '10' })
    const body = { deal: { title: 'Chairs' }, contact: true, company: true }
    const common = { responsibleId: api.userId, opened: true }
    expect((await convert(lead.id, body, '?dryRun=true').expect(200)).body).toEqual({
      deal: { data: { ...common, title: 'Chairs', amount: '10', currency: 'RUB', amountIsManual: false } },
      contact: { data: { ...common, firstName: 'Anna' } },
      company: { data: common },
      errors: [{ pointer: '/company/title', code: 'required', message: 'This value is required.' }],
    })
    const company = await aCompany(api)
    const good = (await convert(lead.id, { company: { id: company.id } }, '?dryRun=true').expect(200)).body
    expect(good).toEqual({ company: { id: company.id }, errors: [] })
    expect(await read(api, `leads/${lead.id}`)).toEqual(lead)
    await api.call('get', `/v1/leads/${lead.id}/conversion`).expect(404)
  })
})
