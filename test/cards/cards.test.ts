import { describe, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { problem, settingsRequired } from '../people/callers.ts'
import { deal, layoutOf, put, sectionsOf, withCards } from './layouts.ts'

const { api, anna, zimina, get, aField } = withCards()

describe('The built-in card', () => {
  it('has the fields of a deal that people set, by section, and then the user fields', async () => {
    const card = await get()
    expect(card.scope).toBe('builtin')
    expect(layoutOf(card)).toEqual({
      main: [
        ...['title', 'stageId', 'failureReason', 'amount', 'currency', 'taxAmount'],
        ...['dealType', 'probability', 'beginDate', 'closeDate', 'leadId', 'quoteId', 'isRepeat'],
      ],
      client: ['companyId', 'contacts'],
      source: ['source', 'sourceDescription', 'utm'],
      more: ['responsibleId', 'observers', 'opened', 'comment', 'userFields.city', 'userFields.margin'],
    })
    expect(card.fields.map(({ field }) => field)).toEqual(Object.values(layoutOf(card)).flat())
  })

  it('exists for every type, with titles in the language of the caller', async () => {
    for (const type of ['lead', 'contact', 'company', 'quote', 'invoice']) {
      const path = `/v1/types/${type}/card`
      const { body } = await api.call('get', path).set('accept-language', 'ru').expect(200)
      expect(body.sections[0]).toMatchObject({ name: 'main', title: 'Основное' })
      const all = (await api.call('get', `${path}?labels=all`).expect(200)).body
      expect(all.sections[0].title).toEqual({ en: 'Main', ru: 'Основное' })
    }
    const contact = await get(api.call, '/v1/types/contact/card')
    expect(contact).toMatchObject({ pipelineId: null, needsOneOf: ['firstName', 'lastName', 'phones', 'emails'] })
    expect(Object.keys(layoutOf(contact))).toEqual(['main', 'client', 'address', 'source', 'more'])
  })
})

it('returns what a form needs to know about each field', async () => {
  await api.call('post', '/v1/types/deal/fields', {
    ...{ code: 'speed', kind: 'enumeration', label: { en: 'Speed', ru: 'Скорость' }, help: 'How fast', required: true },
    options: [
      { code: 'fast', label: { en: 'Fast', ru: 'Быстро' }, default: true },
      { code: 'slow', label: 'Slow' },
    ],
  })
  const names = ['stageId', 'amount', 'currency', 'dealType', 'createdAt', 'userFields.speed', 'pipelineId']
  await put(api.call, 'common', { main: names }).expect(200)
  await api.call('patch', '/v1/types/deal/pipelines/3/stages/EXECUTING', { requiredFields: ['amount'] }).expect(200)
  const { body } = await anna.call('get', `${deal}?stageId=EXECUTING`).expect(200)
  const plain = { multiple: false, system: true, help: null, required: false, requiredBy: null, writable: true }
  expect(body.fields).toMatchObject([
    {
      ...plain,
      ...{ field: 'stageId', code: 'stageId', kind: 'stage', label: 'Stage', default: null },
      choices: expect.arrayContaining([{ value: 'NEW', label: 'New' }]),
    },
    { ...plain, field: 'amount', kind: 'decimal', required: true, requiredBy: 'stage', default: '0', choices: null },
    { field: 'currency', default: 'RUB', choices: expect.arrayContaining([{ value: 'USD', label: 'US dollar' }]) },
    {
      field: 'dealType',
      settings: { dictionary: 'DEAL_TYPE' },
      choices: expect.arrayContaining([{ value: 'SALE', label: 'Sale' }]),
    },
    { ...plain, field: 'createdAt', writable: false },
    {
      ...{ ...plain, field: 'userFields.speed', code: 'speed', kind: 'enumeration', system: false },
      ...{ label: 'Speed', help: 'How fast', required: true, requiredBy: 'field', default: 'fast' },
      choices: [
        { value: 'fast', label: 'Fast' },
        { value: 'slow', label: 'Slow' },
      ],
    },
    { field: 'pipelineId', choices: [{ value: 3, label: 'General' }] },
  ])
  await api.call('delete', '/v1/types/deal/fields/speed').expect(204)
  await api.call('patch', '/v1/types/deal/pipelines/3/stages/EXECUTING', { requiredFields: [] }).expect(200)
})

it('shows the personal card, else the common one, else the built-in one', async () => {
  await put(api.call, 'common', { all: ['title', 'amount'] }).expect(200)
  expect(await get(anna.call)).toMatchObject({ scope: 'common', sections: [{ name: 'all', title: 'all' }] })
  const { body } = await put(anna.call, 'personal', { mine: ['amount'] }).expect(200)
  expect(body).toMatchObject({ scope: 'personal', sections: sectionsOf({ mine: ['amount'] }), pipelineId: 3 })
  expect(layoutOf(await get(anna.call))).toEqual({ mine: ['amount'] })
  expect(layoutOf(await get(api.call))).toEqual({ all: ['title', 'amount'] })
  expect(layoutOf(await get(anna.call, `${deal}?scope=common`))).toEqual({ all: ['title', 'amount'] })
  expect(await get(anna.call, `${deal}?scope=builtin`)).toMatchObject({ scope: 'builtin' })
  await anna.call('delete', deal).expect(204)
  expect(await get(anna.call)).toMatchObject({ scope: 'common' })
  await api.call('delete', `${deal}?scope=common`).expect(204)
  expect(await get(anna.call)).toMatchObject({ scope: 'builtin' })
  await anna.call('delete', deal).expect(204)
})

it('forces the common card for everybody', async () => {
  for (const call of [api.call, anna.call]) await put(call, 'personal', { mine: ['amount'] }).expect(200)
  await put(api.call, 'common', { all: ['title'] }).expect(200)
  const forced = `${deal}/force-common`
  expect((await api.call('post', `${forced}?dryRun=true`).expect(200)).body).toEqual({ removed: 2 })
  expect((await get(anna.call)).scope).toBe('personal')
  expect((await anna.call('post', forced).expect(403)).body).toEqual(settingsRequired)
  expect((await zimina.call('post', forced).expect(200)).body).toEqual({ removed: 2 })
  expect(layoutOf(await get(anna.call))).toEqual({ all: ['title'] })
  await put(anna.call, 'personal', { again: ['amount'] }).expect(200)
  expect((await get(anna.call)).scope).toBe('personal')
})

it('lets only callers with the settings right change the common card', async () => {
  expect((await put(anna.call, 'common', { all: ['title'] }).expect(403)).body).toEqual(settingsRequired)
  expect((await anna.call('delete', `${deal}?scope=common`).expect(403)).body).toEqual(settingsRequired)
  await put(zimina.call, 'common', { all: ['title'] }).expect(200)
  const closed = await anna.call('get', '/v1/types/invoice/card').expect(403)
  expect(closed.body).toMatchObject({ code: 'forbidden' })
})

it('is one for each pipeline, and for repeat leads', async () => {
  const stages = [
    { id: 'NEW', name: 'New' },
    { id: 'WON', name: 'Won', semantic: 'success' },
  ]
  const { id } = (await api.call('post', '/v1/types/deal/pipelines', { name: 'Retail', stages }).expect(201)).body
  await put(api.call, 'common', { retail: ['title', 'stageId'] }, `${deal}?pipelineId=${id}`).expect(200)
  await put(api.call, 'common', { general: ['amount'] }).expect(200)
  expect(layoutOf(await get(api.call, `${deal}?pipelineId=${id}`))).toEqual({ retail: ['title', 'stageId'] })
  expect(layoutOf(await get(api.call, `${deal}?pipelineId=3`))).toEqual({ general: ['amount'] })
  const { fields } = (await api.call('get', `${deal}?pipelineId=${id}`).expect(200)).body
  expect(fields[1].choices).toEqual(stages.map(({ id, name }) => ({ value: id, label: name })))
  const lead = '/v1/types/lead/card'
  await put(api.call, 'common', { repeat: ['companyId'] }, `${lead}?isRepeat=true`).expect(200)
  expect(await get(api.call, `${lead}?isRepeat=true`)).toMatchObject({ scope: 'common', isRepeat: true })
  expect(await get(api.call, lead)).toMatchObject({ scope: 'builtin', isRepeat: false })
  await api.call('delete', `/v1/types/deal/pipelines/${id}`).expect(204)
  const gone = await api.call('get', `${deal}?pipelineId=${id}`).expect(400)
  expect(gone.body.errors).toMatchObject([{ parameter: 'pipelineId', code: 'unknown_pipeline', allowed: ['3'] }])
})

it('reports every fault of a request', async () => {
  const wrong = await api.call('get', '/v1/types/contact/card?pipelineId=3&isRepeat=true&stageId=NEW').expect(400)
  expect(wrong.body.errors.map(({ parameter, code }: Record<string, string>) => [parameter, code])).toEqual([
    ['pipelineId', 'not_allowed_here'],
    ['stageId', 'not_allowed_here'],
    ['isRepeat', 'not_allowed_here'],
  ])
  const stage = await api.call('get', `${deal}?stageId=NWE`).expect(400)
  expect(stage.body.errors).toMatchObject([{ parameter: 'stageId', code: 'unknown_stage' }])
  const sections = [
    { name: 'main', title: 'Main', fields: [{ field: 'titel' }, { field: 'title' }] },
    { name: 'main', title: 'Twice', fields: [{ field: 'title' }] },
  ]
  const { body } = await api.call('put', deal, { scope: 'personal', sections }).expect(422)
  expect(body.errors).toEqual([
    {
      pointer: '/sections/0/fields/0/field',
      code: 'unknown_field',
      message: 'There is no field titel. Did you mean title?',
      hint: 'title',
    },
    expect.objectContaining({ pointer: '/sections/1/name', code: 'duplicate_value' }),
    expect.objectContaining({ pointer: '/sections/1/fields/0/field', code: 'duplicate_value' }),
  ])
  await api.call('put', deal, { scope: 'builtin', sections: sectionsOf({ a: [] }) }).expect(422)
  await api.call('put', deal, { scope: 'personal', sections: [] }).expect(422)
  const type = await api.call('get', '/v1/types/deals/card').expect(404)
  expect(type.body).toEqual(problem(404, 'type_not_found', 'There is no type deals.', { hint: 'deal' }))
})

it('warns of required fields that are in no section, and still lets them be set', async () => {
  await aField('passport', { required: true })
  const { body } = await put(api.call, 'common', { main: ['title'] }).expect(200)
  const message = 'The field userFields.passport is required, but it is not in the card.'
  const warning = { field: 'userFields.passport', code: 'required_field_hidden', message }
  expect(body.warnings).toEqual([warning])
  expect((await get(anna.call)).warnings).toEqual([warning])
  await anna.call('post', '/v1/deals', { userFields: { passport: '45 01' } }).expect(201)
  await api.call('delete', '/v1/types/deal/fields/passport').expect(204)
})

it('exists for a type that a company adds, and ends with it', async () => {
  const features = ['stages', 'pipelines', 'client', 'money', 'source', 'dates']
  await api
    .call('post', '/v1/types', { code: 'delivery', plural: 'deliveries', title: 'Delivery', features })
    .expect(201)
  const path = '/v1/types/delivery/card'
  const field = { code: 'city', kind: 'string', label: 'City' }
  await api.call('post', '/v1/types/delivery/fields', field).expect(201)
  const card = await get(api.call, path)
  expect(layoutOf(card)).toEqual({
    main: ['title', 'stageId', 'failureReason', 'amount', 'currency', 'taxAmount', 'beginDate', 'closeDate'],
    client: ['companyId', 'contacts'],
    source: ['source', 'sourceDescription', 'utm'],
    more: ['responsibleId', 'opened', 'comment', 'userFields.city'],
  })
  await put(api.call, 'common', { main: ['title', 'userFields.city'] }, path).expect(200)
  expect(layoutOf(await get(api.call, path))).toEqual({ main: ['title', 'userFields.city'] })
  await api.call('delete', '/v1/types/delivery').expect(204)
  await api.call('get', path).expect(404)
})

it('is read but not changed with a key that has scopes', async () => {
  const scopes = [{ type: 'deal', operations: ['read', 'update'] }]
  const { body } = await api.call('post', '/v1/api-keys', { name: 'Form', scopes }).expect(201)
  const scoped = api.as(body.key)
  expect((await get(scoped)).scope).toBe('builtin')
  for (const scope of ['personal', 'common']) {
    expect((await put(scoped, scope, { main: ['title'] }).expect(403)).body.code).toBe('insufficient_scope')
    expect((await scoped('delete', `${deal}?scope=${scope}`).expect(403)).body.code).toBe('insufficient_scope')
  }
})

it('deletes personal cards with their user', async () => {
  const { userId, key } = await aUser(api.db, { lastName: 'Losev' })
  await api.call('post', '/v1/roles', { name: 'One', settings: true, members: { userIds: [userId] } }).expect(201)
  await put(api.as(key), 'personal', { mine: ['title'] }).expect(200)
  await api.pool.query('delete from api_key where user_id = $1', [userId])
  await api.pool.query('delete from "user" where id = $1', [userId])
  expect((await api.pool.query('select from card where user_id = $1', [userId])).rowCount).toBe(0)
})
