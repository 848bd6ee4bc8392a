import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { adminRequired, problem } from '../people/callers.ts'
import { aContact, aDeal, aLead, read } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  const entries = ['RED', 'ROSE', 'BLUE', 'GREY'].map((code) => ({ code, label: code }))
  await api.call('post', '/v1/dictionaries', { code: 'COLOUR', name: 'Colour', entries }).expect(201)
  const settings = { dictionary: 'COLOUR', default: ['RED', 'GREY'] }
  const field = { code: 'colours', kind: 'dictionary', multiple: true, label: 'Colours', settings }
  await api.call('post', '/v1/types/deal/fields', field).expect(201)
})
afterAll(() => api.close())

const sources = '/v1/dictionaries/SOURCE/entries'
/** Creates a deal without colours, which are there by default. */
const aPlainDeal = (fields: object) => aDeal(api, { ...fields, userFields: { colours: null } })
const newSource = async (code: string) => void (await api.call('post', sources, { code, label: code }).expect(201))
const jobOf = async (id: number) => (await api.call('get', `/v1/jobs/${id}`).expect(200)).body
const settingsOf = async (field: string) =>
  (await api.call('get', `/v1/types/deal/fields/${field}`).expect(200)).body.settings

it('deletes an entry that no record uses', async () => {
  await newSource('NOBODY')
  const dry = await api.call('delete', `${sources}/NOBODY?dryRun=true`).expect(200)
  expect(dry.body).toEqual({ records: 0, uses: [] })
  await api.call('get', `${sources}/NOBODY`).expect(200)
  await api.call('delete', `${sources}/NOBODY`).expect(204)
  await api.call('delete', `${sources}/NOBODY`).expect(404)
})

it('keeps an entry that records use, also in the recycle bin, and counts them by type', async () => {
  await newSource('FAIR')
  await aContact(api, { source: 'FAIR' })
  const [deal, binned] = [await aPlainDeal({ source: 'FAIR' }), await aPlainDeal({ source: 'FAIR' })]
  await api.call('delete', `/v1/deals/${binned.id}`).expect(204)
  const uses = [
    { type: 'deal', field: 'source', records: 2 },
    { type: 'contact', field: 'source', records: 1 },
  ]
  const { body } = await api.call('delete', `${sources}/FAIR`).expect(409)
  const detail = 'Records use the entry FAIR. Pass `replaceWith` to give them another entry.'
  expect(body).toEqual(problem(409, 'entry_in_use', detail, { records: 3, uses }))
  const dry = await api.call('delete', `${sources}/FAIR?replaceWith=TRADE_SHOW&dryRun=true`).expect(200)
  expect(dry.body).toEqual({ records: 3, uses })
  const nowhere = await api.call('delete', `${sources}/FAIR?replaceWith=TRADE_SHOWS`).expect(400)
  expect(nowhere.body.errors).toMatchObject([{ parameter: 'replaceWith', code: 'unknown_value', hint: 'TRADE_SHOW' }])
  await api.call('delete', `${sources}/FAIR?replaceWith=FAIR`).expect(400)
  await api.call('get', `${sources}/FAIR`).expect(200)
  expect(await read(api, `deals/${deal.id}`)).toMatchObject({ source: 'FAIR', version: 1 })
})

it('gives records another entry first, with versions and history', async () => {
  await newSource('BILLBOARD')
  const records = {
    leads: await aLead(api, { source: 'BILLBOARD', sourceDescription: 'M4' }),
    deals: await aPlainDeal({ source: 'BILLBOARD' }),
  }
  const binned = await aContact(api, { source: 'BILLBOARD' })
  await api.call('delete', `/v1/contacts/${binned.id}`).expect(204)
  const job = await api.call('delete', `${sources}/BILLBOARD?replaceWith=ADVERTISING`).expect(202)
  expect(job.body).toMatchObject({ type: 'remove-entry', result: { moved: 0 } })
  // Until the job is done, records can get the entry.
  const late = await aPlainDeal({ source: 'BILLBOARD' })
  await api.work()
  expect(await jobOf(job.body.id)).toMatchObject({
    status: 'completed',
    progress: { done: 4, total: 4 },
    result: { moved: 4 },
  })
  await api.call('get', `${sources}/BILLBOARD`).expect(404)
  await api.call('post', `/v1/recycle-bin/C_${binned.id}/restore`).expect(200)
  const paths = [`leads/${records.leads.id}`, `deals/${records.deals.id}`, `deals/${late.id}`]
  for (const path of paths) {
    expect(await read(api, path)).toMatchObject({ source: 'ADVERTISING', version: 2, updatedBy: api.userId })
    const { body } = await api.call('get', `/v1/${path}/history`).expect(200)
    expect(body.data[0]).toMatchObject({
      ...{ kind: 'changed', via: 'bulk', version: 2 },
      changes: [{ field: 'source', old: 'BILLBOARD', new: 'ADVERTISING' }],
    })
  }
  expect((await read(api, paths[0]!)).sourceDescription).toBe('M4')
  expect(await read(api, `contacts/${binned.id}`)).toMatchObject({ source: 'ADVERTISING', version: 4 })
})

it('replaces an entry in lists and in the defaults of fields', async () => {
  await aDeal(api, { userFields: { colours: ['RED'] } }).then(({ id }) =>
    api.call('delete', `/v1/deals/${id}`).expect(204),
  )
  const both = await aDeal(api, { userFields: { colours: ['ROSE', 'BLUE', 'RED'] } })
  const one = await aDeal(api, { title: 'One' })
  expect(one.userFields).toEqual({ colours: ['RED', 'GREY'] })
  const colours = '/v1/dictionaries/COLOUR/entries'
  const { body } = await api.call('delete', `${colours}/RED`).expect(409)
  expect(body.uses).toEqual([{ type: 'deal', field: 'userFields.colours', records: 3 }])
  await api.call('delete', `${colours}/RED?replaceWith=ROSE`).expect(202)
  await api.work()
  expect((await read(api, `deals/${both.id}`)).userFields).toEqual({ colours: ['ROSE', 'BLUE'] })
  expect((await read(api, `deals/${one.id}`)).userFields).toEqual({ colours: ['ROSE', 'GREY'] })
  expect(await settingsOf('colours')).toEqual({ dictionary: 'COLOUR', default: ['ROSE', 'GREY'] })
  await api.call('patch', `/v1/deals/${one.id}`, { userFields: { colours: null } }).expect(200)
  await api.call('delete', `${colours}/GREY`).expect(204)
  expect(await settingsOf('colours')).toEqual({ dictionary: 'COLOUR', default: ['ROSE'] })
})

it('finds an entry in the records of every type, also of those that a company adds', async () => {
  const delivery = { code: 'delivery', plural: 'deliveries', title: 'Delivery', features: ['source', 'recycleBin'] }
  await api.call('post', '/v1/types', delivery).expect(201)
  await newSource('DRONE')
  const items = '/v1/types/delivery/items'
  const { id } = (await api.call('post', items, { title: 'Parcel', source: 'DRONE' }).expect(201)).body
  const { body } = await api.call('delete', `${sources}/DRONE`).expect(409)
  expect(body.uses).toEqual([{ type: 'delivery', field: 'source', records: 1 }])
  await api.call('delete', `${sources}/DRONE?replaceWith=OTHER`).expect(202)
  await api.work()
  expect((await api.call('get', `${items}/${id}`).expect(200)).body).toMatchObject({ source: 'OTHER', version: 2 })
})

it('fails the job if the other entry is deleted meanwhile, and changes nothing', async () => {
  for (const code of ['OLD', 'NEWER']) await newSource(code)
  const deal = await aDeal(api, { source: 'OLD' })
  const job = await api.call('delete', `${sources}/OLD?replaceWith=NEWER`).expect(202)
  await api.call('delete', `${sources}/NEWER`).expect(204)
  await api.work()
  expect(await jobOf(job.body.id)).toMatchObject({
    status: 'failed',
    error: 'There is no entry NEWER in the dictionary SOURCE.',
  })
  expect((await read(api, `deals/${deal.id}`)).source).toBe('OLD')
})

it('does not tell a caller whether a hidden field has an entry', async () => {
  await api.call('put', '/v1/types/deal/fields/colours/visibility', { restricted: true }).expect(200)
  const { userId, key } = await aUser(api.db, { lastName: 'Zimina' })
  await api.call('post', '/v1/roles', { name: 'CRM', settings: true, members: { userIds: [userId] } }).expect(201)
  const blind = api.as(key)
  await api.call('post', '/v1/dictionaries/COLOUR/entries', { code: 'FREE', label: 'Free' }).expect(201)
  for (const code of ['FREE', 'ROSE']) {
    for (const query of ['', '?replaceWith=BLUE', '?replaceWith=BLUE&dryRun=true']) {
      const { body } = await blind('delete', `/v1/dictionaries/COLOUR/entries/${code}${query}`).expect(403)
      expect(body).toEqual(adminRequired)
    }
  }
  expect((await blind('delete', '/v1/dictionaries/COLOUR').expect(403)).body).toEqual(adminRequired)
  await blind('patch', '/v1/dictionaries/COLOUR/entries/ROSE', { label: 'Rose' }).expect(200)
})

it('never leaves a record with an entry that is deleted while the record gets it', async () => {
  const outcomes = new Map<string, number>()
  for (let round = 0; round < 60; round++) {
    const code = `RACE${round}`
    await newSource(code)
    const [created, deleted] = await Promise.all([
      api.call('post', '/v1/deals', { source: code }),
      api.call('delete', `${sources}/${code}`),
    ])
    const outcome = `${created.status} ${created.body.errors?.[0].code ?? 'created'}, ${deleted.body?.code ?? deleted.status}`
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  const allowed = ['201 created, entry_in_use', '422 unknown_value, 204']
  expect([...outcomes.keys()].filter((outcome) => !allowed.includes(outcome))).toEqual([])
  const { rows } = await api.pool.query(
    `select id from deal where source not in (select code from dictionary_entry where dictionary = 'SOURCE')`,
  )
  expect(rows).toEqual([])
})

it('asks to try again while a long change keeps the entries, and then succeeds', async () => {
  await newSource('LONG')
  const client = await api.pool.connect()
  try {
    await client.query(`begin; select pg_advisory_xact_lock_shared(entry_lock('SOURCE'))`)
    const { body, headers } = await api.call('delete', `${sources}/LONG`).expect(409)
    expect([body.code, headers['retry-after']]).toEqual(['write_conflict', '1'])
  } finally {
    await client.query('rollback')
    client.release()
  }
  await api.call('delete', `${sources}/LONG`).expect(204)
})
