import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, asCaller, limitsOf, type Saved } from '../seed.ts'
import { sentBy } from '../statements.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())

const change = async (path: string, body: object): Promise<Saved> =>
  (await api.call('patch', `/v1/${path}`, body).expect(200)).body

describe('A lead', () => {
  it('is a repeat lead from the moment it has a client, and stays one', async () => {
    const [contact, company] = [await aContact(api), await aCompany(api)]
    expect(await aLead(api)).toMatchObject({ isRepeat: false })
    expect(await aLead(api, { contacts: [{ id: contact.id }] })).toMatchObject({ isRepeat: true })
    const { id } = await aLead(api)
    expect(await change(`leads/${id}`, { title: 'Again' })).toMatchObject({ isRepeat: false })
    expect(await change(`leads/${id}`, { companyId: company.id })).toMatchObject({ isRepeat: true })
    expect(await change(`leads/${id}`, { companyId: null })).toMatchObject({ companyId: null, isRepeat: true })
  })

  it('has the value of the request, which later changes of other fields keep', async () => {
    const contact = await aContact(api)
    const { id } = await aLead(api, { contacts: [{ id: contact.id }], isRepeat: false })
    expect(await change(`leads/${id}`, { title: 'Not repeated' })).toMatchObject({ isRepeat: false })
  })
})

describe('A deal', () => {
  it('is a repeat deal if its company or a contact already has a won deal', async () => {
    const [company, contact, other] = [await aCompany(api), await aContact(api), await aContact(api)]
    const first = await aDeal(api, { companyId: company.id, contacts: [{ id: contact.id }] })
    expect(first).toMatchObject({ isRepeat: false })
    expect(await aDeal(api, { companyId: company.id })).toMatchObject({ isRepeat: false })
    await change(`deals/${first.id}`, { stageId: 'WON' })
    expect(await aDeal(api, { companyId: company.id })).toMatchObject({ isRepeat: true })
    expect(await aDeal(api, { contacts: [{ id: other.id }, { id: contact.id }] })).toMatchObject({ isRepeat: true })
    expect(await aDeal(api, { contacts: [{ id: other.id }] })).toMatchObject({ isRepeat: false })
    expect(await aDeal(api)).toMatchObject({ isRepeat: false })
    expect(await aDeal(api, { companyId: company.id, isRepeat: false })).toMatchObject({ isRepeat: false })
    await change(`deals/${first.id}`, { stageId: 'LOSE' })
    expect(await aDeal(api, { companyId: company.id })).toMatchObject({ isRepeat: false })
  })

  it('takes one statement for all deals of a batch', async () => {
    const company = await aCompany(api)
    await aDeal(api, { companyId: company.id, stageId: 'WON' })
    const operations = [{ companyId: company.id }, {}, { companyId: company.id, isRepeat: false }].map((data) => ({
      ...{ op: 'create', data },
    }))
    const batch = () => api.call('post', '/v1/deals/batch', { operations }).expect(200)
    const { statements } = await sentBy(async () => {
      const { body } = await batch()
      expect(body.results.map(({ record }: { record: Saved }) => record.isRepeat)).toEqual([true, false, false])
    })
    expect(statements.filter(({ text }) => text.includes('asked.company'))).toHaveLength(1)
  })

  it('counts only won deals that the caller may read', async () => {
    const limited = await asCaller(api, 'Limited')
    const company = await aCompany(limited)
    await aDeal(api, { companyId: company.id, stageId: 'WON' })
    expect(await aDeal(limited, { companyId: company.id })).toMatchObject({ isRepeat: false })
    await aDeal(limited, { companyId: company.id, stageId: 'WON' })
    expect(await aDeal(limited, { companyId: company.id })).toMatchObject({ isRepeat: true })
  })
})
