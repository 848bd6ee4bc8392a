import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Callers, problem, startWithCallers, unavailable } from '../people/callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const page = { next: null, prev: null }
const get = (path: string) => callers.asReader('get', path)
const pipelineOf = async (type: string): Promise<number> =>
  (await get(`/v1/types/${type}/pipelines`).expect(200)).body.data[0].id

const contact = {
  ...{ code: 'contact', plural: 'contacts', path: '/v1/contacts', prefix: 'C' },
  ...{ number: 3, system: true, relations: { parents: [], children: [] } },
  features: ['person', 'address', 'communications', 'companies', 'duplicates', 'source', 'observers', 'recycleBin'],
}

describe('Record types', () => {
  it('are listed with the URLs of their records', async () => {
    const { body } = await get('/v1/types').expect(200)
    expect(body.page).toEqual(page)
    expect(body.data.map(({ code }: { code: string }) => code)).toEqual([
      ...['lead', 'deal', 'contact', 'company', 'quote', 'invoice'],
    ])
    expect(body.data[2]).toEqual({ ...contact, title: 'Contact', titles: 'Contacts' })
    for (const { path } of body.data) await get(path).expect(200)
  })

  it('are returned in Russian or in every language', async () => {
    const { body } = await get('/v1/types/contact').set('accept-language', 'ru').expect(200)
    expect(body).toEqual({ ...contact, title: 'Контакт', titles: 'Контакты' })
    const all = await get('/v1/types/contact?labels=all').expect(200)
    expect(all.body).toEqual({
      ...contact,
      title: { en: 'Contact', ru: 'Контакт' },
      titles: { en: 'Contacts', ru: 'Контакты' },
    })
  })

  it('return 404 for an unknown code, with the nearest code as a hint', async () => {
    const { body } = await get('/v1/types/contacts').expect(404)
    expect(body).toEqual(problem(404, 'type_not_found', 'There is no type contacts.', { hint: 'contact' }))
  })
})

describe('Pipelines', () => {
  it('are listed and read', async () => {
    const { body } = await get('/v1/types/deal/pipelines').expect(200)
    const { id } = body.data[0]
    const general = {
      id,
      name: 'General',
      isDefault: true,
      sort: 10,
      failureNeedsReason: false,
      stageProbabilities: null,
    }
    expect(body).toEqual({ data: [general], page })
    expect((await get(`/v1/types/deal/pipelines/${id}`).expect(200)).body).toEqual(general)
    const all = await get(`/v1/types/deal/pipelines/${id}?labels=all`).expect(200)
    expect(all.body.name).toEqual({ en: 'General', ru: 'Общая' })
  })

  it('are empty for record types without stages', async () => {
    expect((await get('/v1/types/company/pipelines').expect(200)).body).toEqual({ data: [], page })
  })

  it('belong to one record type', async () => {
    const id = await pipelineOf('lead')
    for (const path of [`/v1/types/deal/pipelines/${id}`, `/v1/types/deal/pipelines/${id}/stages`]) {
      const { body } = await get(path).expect(404)
      expect(body).toEqual(problem(404, 'pipeline_not_found', `There is no pipeline ${id}.`))
    }
    const { body } = await get('/v1/types/deals/pipelines').expect(404)
    expect(body).toEqual(problem(404, 'type_not_found', 'There is no type deals.', { hint: 'deal' }))
    const wrong = await get('/v1/types/deal/pipelines/main').expect(400)
    expect(wrong.body.errors).toEqual([
      { parameter: 'id', code: 'invalid_integer', message: 'Must be a whole number.' },
    ])
  })
})

it('lists the stages of a pipeline in order', async () => {
  const path = `/v1/types/lead/pipelines/${await pipelineOf('lead')}/stages`
  const { body } = await get(path).set('accept-language', 'ru').expect(200)
  expect(body).toEqual({
    data: [
      { id: 'NEW', name: 'Не обработан', semantic: 'process', color: '#00FFFF', sort: 10 },
      { id: 'IN_PROCESS', name: 'В работе', semantic: 'process', color: '#00C9FA', sort: 20 },
      { id: 'PROCESSED', name: 'Обработан', semantic: 'process', color: '#55D0E0', sort: 30 },
      { id: 'CONVERTED', name: 'Качественный лид', semantic: 'success', color: '#37B44A', sort: 40 },
      { id: 'JUNK', name: 'Некачественный лид', semantic: 'failure', color: '#F54819', sort: 50 },
    ].map((stage) => ({ ...stage, requiredFields: [], nextStages: null })),
    page,
  })
  expect((await get(`${path}?labels=all`)).body.data[3].name).toEqual({ en: 'Converted', ru: 'Качественный лид' })
})

it('refuses all of it to callers without CRM access', async () => {
  const id = await pipelineOf('deal')
  const pipelines = '/v1/types/deal/pipelines'
  const fields = '/v1/types/deal/fields'
  const known = [
    '/v1/types/deal',
    pipelines,
    `${pipelines}/${id}`,
    `${pipelines}/${id}/stages`,
    fields,
    `${fields}/title`,
  ]
  // An unknown code returns the same response, so that the response does not reveal which codes exist.
  for (const path of ['/v1/types', ...known, ...known.map((one) => one.replace('deal', 'nosuch'))]) {
    expect((await callers.asOutsider('get', path).expect(403)).body).toEqual(unavailable)
  }
  for (const code of ['deal', 'nosuch']) {
    const path = `/v1/types/${code}/fields`
    const writes = [
      callers.asOutsider('post', path, { code: 'city', kind: 'string', label: 'City' }),
      callers.asOutsider('patch', `${path}/title`, { label: 'City' }),
      callers.asOutsider('delete', `${path}/title`),
    ]
    for (const write of writes) expect((await write.expect(403)).body).toEqual(unavailable)
  }
  for (const entry of ['D_1', 'X_1']) {
    expect((await callers.asOutsider('get', `/v1/recycle-bin/${entry}`).expect(403)).body).toEqual(unavailable)
  }
})
