import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aDeal, asCaller, limitsOf, read, type Saved } from '../seed.ts'

let api: JobApi
const fields = '/v1/types/deal/fields'
beforeAll(async () => {
  api = await startJobApi({ limitsOf })
  const types = ['company', 'contact', 'deal']
  const field = { kind: 'crm', label: 'x', settings: { types } }
  await api.call('post', fields, { ...field, code: 'partner' }).expect(201)
  await api.call('post', fields, { ...field, code: 'partners', multiple: true }).expect(201)
})
afterAll(() => api.close())

const company = (id: number) => ({ type: 'company', id })
const contact = (id: number) => ({ type: 'contact', id })
const change = (deal: Saved, userFields: object, as: Pick<JobApi, 'call'> = api) =>
  as.call('patch', `/v1/deals/${deal.id}`, { userFields })
const own = async (deal: Saved) => (await read(api, `deals/${deal.id}`)).userFields
const faults = ({ body }: { body: { errors?: { pointer: string; code: string }[] } }) =>
  body.errors?.map(({ pointer, code }) => `${pointer} ${code}`)

describe('A link of a user field', () => {
  it('is described with its types and the names of its links', async () => {
    const { body } = await api.call('get', `${fields}/partner`).expect(200)
    expect(body).toMatchObject({
      settings: { types: ['company', 'contact', 'deal'] },
      links: ['deal', 'contact', 'company'].map((type) => ({ name: `userFields.partner.${type}`, type })),
    })
  })

  it('points to an existing record of an allowed type other than the record itself', async () => {
    const deal = await aDeal(api)
    const [id, missing] = [(await aContact(api)).id, 999_999_999]
    const refused = async (value: unknown) => faults(await change(deal, { partner: value }).expect(422))
    expect(await refused(company(missing))).toEqual(['/userFields/partner/id not_found_reference'])
    expect(await refused({ type: 'lead', id })).toEqual(['/userFields/partner/type unknown_value'])
    expect(await refused({ type: 'deal', id: deal.id })).toEqual(['/userFields/partner/id link_to_itself'])
    expect(await refused({ id })).toEqual(['/userFields/partner/type required'])
    expect(await refused({ type: 'contact' })).toEqual(['/userFields/partner/id required'])
    expect(await refused({ ...contact(id), primary: true })).toEqual(['/userFields/partner/primary unknown_field'])
    const list = await change(deal, { partners: [contact(id), company(missing), contact(id)] }).expect(422)
    expect(faults(list)).toEqual(['/userFields/partners/2 duplicate_value'])
    const added = await change(deal, { partners: { add: [contact(id), company(id)] } }).expect(422)
    expect(faults(added)).toEqual(['/userFields/partners/add/1/id not_found_reference'])
  })

  it('to a merged record is refused with the name of the survivor', async () => {
    const [merged, survivor] = [await aCompany(api), await aCompany(api)]
    const before = await aDeal(api, { userFields: { partner: company(merged.id) } })
    await api.pool.query('update company set merged_into = $1 where id = $2', [survivor.id, merged.id])
    const { body } = await api.call('post', '/v1/deals', { userFields: { partner: company(merged.id) } }).expect(422)
    expect(body.errors).toEqual([
      {
        ...{ pointer: '/userFields/partner/id', code: 'merged_record', allowed: [String(survivor.id)] },
        message: `The company ${merged.id} was merged into ${survivor.id}. Use ${survivor.id}.`,
      },
    ])
    expect(await own(before)).toEqual({ partner: null, partners: null })
  })

  it('is hidden while its record is in the recycle bin, and kept when the list is edited', async () => {
    const [a, b, c] = [await aCompany(api), await aCompany(api), await aContact(api)]
    const partners = [company(a.id), company(b.id), contact(c.id)]
    const deal = await aDeal(api, { userFields: { partner: company(a.id), partners } })
    await api.call('delete', `/v1/companies/${a.id}`).expect(204)
    expect(await own(deal)).toEqual({ partner: null, partners: partners.slice(1) })
    expect(faults(await change(deal, { partner: company(a.id) }).expect(422))).toEqual([
      '/userFields/partner/id not_found_reference',
    ])
    expect(faults(await change(deal, { partners: [company(a.id)] }).expect(422))).toEqual([
      '/userFields/partners/0/id not_found_reference',
    ])
    // What the caller saw changes nothing.
    expect((await change(deal, { partner: null, partners: partners.slice(1) }).expect(200)).body.version).toBe(1)
    await change(deal, { partners: { remove: [company(b.id)] } }).expect(200)
    await api.call('post', `/v1/recycle-bin/CO_${a.id}/restore`).expect(200)
    expect(await own(deal)).toEqual({ partner: company(a.id), partners: [company(a.id), contact(c.id)] })
    await api.call('delete', `/v1/companies/${a.id}`).expect(204)
    await api.call('delete', `/v1/recycle-bin/CO_${a.id}`).expect(204)
    expect(await own(deal)).toEqual({ partner: null, partners: [contact(c.id)] })
  })

  it('is expanded and followed by conditions, by type', async () => {
    const [vector, ivan] = [await aCompany(api, { title: 'Followed' }), await aContact(api)]
    const userFields = { partner: company(vector.id), partners: [contact(ivan.id), company(vector.id)] }
    const deal = await aDeal(api, { userFields })
    const names = ['partner.company', 'partner.contact', 'partners.company', 'partners.contact']
    const expand = names.map((name) => `userFields.${name}`).join()
    const { body } = await api.call('get', `/v1/deals/${deal.id}?expand=${expand}`).expect(200)
    expect(body.expanded).toEqual({
      'userFields.partner.company': vector,
      'userFields.partner.contact': null,
      'userFields.partners.company': [vector],
      'userFields.partners.contact': [ivan],
    })
    for (const path of ['partner', 'partners']) {
      const list = await api
        .call('get', `/v1/deals?filter[userFields.${path}.company.title]=Followed&fields=id`)
        .expect(200)
      expect(list.body.data).toEqual([{ id: deal.id }])
    }
    const unknown = await api.call('get', `/v1/deals?filter[userFields.partner]=L_1`).expect(400)
    expect(faults({ body: unknown.body })).toHaveLength(1)
  })

  it('to a record that the caller may not read is shown and kept, but not added, expanded or followed', async () => {
    const limited = await asCaller(api, 'Limited')
    const secret = await aCompany(api, { title: 'Secret' })
    const userFields = { partner: company(secret.id), partners: [company(secret.id)] }
    const deal = await aDeal(api, { responsibleId: limited.userId, userFields })
    expect((await read(limited, `deals/${deal.id}`)).userFields).toEqual(userFields)
    await change(deal, userFields, limited).expect(200)
    const mine = await aContact(limited)
    await change(deal, { partners: [company(secret.id), contact(mine.id)] }, limited).expect(200)
    const other = await aDeal(limited)
    expect(faults(await change(other, { partner: company(secret.id) }, limited).expect(422))).toEqual([
      '/userFields/partner/id not_found_reference',
    ])
    const expanded = await limited.call('get', `/v1/deals/${deal.id}?expand=userFields.partner.company`).expect(200)
    expect(expanded.body.expanded).toEqual({ 'userFields.partner.company': null })
    const path = '/v1/deals?fields=id&filter[userFields.partner.company.title]=Secret'
    expect((await limited.call('get', path).expect(200)).body.data).toEqual([])
    expect((await api.call('get', path).expect(200)).body.data).toEqual([{ id: deal.id }])
  })

  it('in a batch refers to a record of an earlier operation', async () => {
    const partner = { type: 'company', id: { $ref: 'new' } }
    const operations = [
      { op: 'create', type: 'company', as: 'new', data: { title: 'Made' } },
      { op: 'create', type: 'deal', data: { userFields: { partner, partners: { add: [partner] } } } },
    ]
    const { body } = await api.call('post', '/v1/batch', { operations }).expect(200)
    const [made, deal] = body.results.map(({ record }: { record: Saved }) => record)
    expect(deal.userFields).toEqual({ partner: company(made.id), partners: [company(made.id)] })
    const wrong = [{ ...operations[0], type: 'contact', data: { lastName: 'Made' } }, operations[1]]
    const refused = await api.call('post', '/v1/batch', { operations: wrong }).expect(422)
    expect(faults(refused)?.[0]).toBe('/operations/1/data/userFields/partner/id reference_mismatch')
  })

  it('can be required by a stage, which a move checks with the links that the record has', async () => {
    const pipeline = (await api.call('post', '/v1/types/deal/pipelines', { name: 'Strict' }).expect(201)).body.id
    const stage = `/v1/types/deal/pipelines/${pipeline}/stages/PREPARATION`
    await api.call('patch', stage, { requiredFields: ['userFields.partner', 'userFields.partners'] }).expect(200)
    const deal = await aDeal(api, { pipelineId: pipeline })
    const move = (body: object = {}) => api.call('patch', `/v1/deals/${deal.id}`, { stageId: 'PREPARATION', ...body })
    expect(faults(await move().expect(422))).toEqual(
      ['partner', 'partners'].map((code) => `/userFields/${code} required_in_stage`),
    )
    const { id } = await aContact(api)
    await change(deal, { partner: contact(id) }).expect(200)
    await move({ userFields: { partners: [contact(id)] } }).expect(200)
  })

  it('is copied with its record, and cleared', async () => {
    const vector = await aCompany(api, { title: 'Named' })
    const deal = await aDeal(api, { userFields: { partner: company(vector.id), partners: [company(vector.id)] } })
    const copy = await api.call('post', `/v1/deals/${deal.id}/copy`).expect(201)
    expect(copy.body.userFields).toEqual(deal.userFields)
    const sent = await change(deal, { partner: null, partners: null }).expect(200)
    expect(sent.body.userFields).toEqual({ partner: null, partners: null })
  })

  it('keeps its links when a type is no longer allowed, and loses them with the field', async () => {
    const code = 'passing'
    const settings = { types: ['company', 'contact'] }
    const made = await api.call('post', fields, { code, kind: 'crm', label: 'x', settings }).expect(201)
    expect(made.body.settings).toEqual(settings)
    const [vector, ivan] = [await aCompany(api), await aContact(api)]
    const deal = await aDeal(api, { userFields: { passing: company(vector.id) } })
    const fewer = await api.call('patch', `${fields}/${code}`, { settings: { types: ['contact'] } }).expect(200)
    expect(fewer.body.settings).toEqual({ types: ['contact'] })
    expect(await own(deal)).toMatchObject({ passing: company(vector.id) })
    const found = await api.call('get', `/v1/deals?filter[userFields.passing]=CO_${vector.id}&fields=id`).expect(200)
    expect(found.body.data).toEqual([{ id: deal.id }])
    await change(deal, { passing: contact(ivan.id) }).expect(200)
    expect((await api.call('delete', `${fields}/${code}?dryRun=true`).expect(200)).body).toMatchObject({ records: 1 })
    await api.call('delete', `${fields}/${code}`).expect(204)
    await api.work()
    const { rows } = await api.pool.query(`select count(*)::int as n from link where from_id = $1 and from_type = 2`, [
      deal.id,
    ])
    expect(rows).toEqual([{ n: 0 }])
  })

  it('needs known types', async () => {
    const add = (settings: object) => api.call('post', fields, { code: 'no', kind: 'crm', label: 'x', settings })
    expect(faults(await add({}).expect(422))).toEqual(['/settings/types required'])
    expect(faults(await add({ types: [] }).expect(422))).toEqual(['/settings/types too_few'])
    expect(faults(await add({ types: ['compny', 'deal', 'deal'] }).expect(422))).toEqual([
      '/settings/types/0 unknown_type',
      '/settings/types/2 duplicate_value',
    ])
  })
})
