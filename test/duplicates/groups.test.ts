import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aLead, asCaller, limitsByName, limitsOf, own, read } from '../seed.ts'
import { groupCalls, ivanov, orlova, path } from './group-calls.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf })
})
afterAll(() => api.close())
const { clear, groups, members, scan, twins } = groupCalls(() => api)
beforeEach(clear)

it('lists groups with score, reasons and conflicts', async () => {
  const ids = await twins(ivanov, { firstName: 'Саша', birthDate: '1980-02-03' })
  await api.call('patch', `/v1/contacts/${ids[0]}`, { birthDate: '1991-11-30' }).expect(200)
  await aContact(api, orlova)
  await scan()
  const { data, page } = await groups()
  expect(page).toEqual({ next: null, prev: null })
  expect(data).toEqual([
    {
      id: ids[0],
      memberIds: ids,
      score: expect.any(Number),
      reasons: expect.any(Array),
      conflicts: ['birthDate'],
      automatic: false,
      status: 'open',
    },
  ])
  expect(data[0].reasons).toContainEqual({
    field: 'firstName',
    code: 'firstName_variant',
    message: 'another form of the first name',
  })
  expect((await api.call('get', `${path}/${ids[0]}`).expect(200)).body).toEqual(data[0])
  await api.call('get', `${path}/${ids[1]}`).expect(404)
})

it('tells which groups are certain enough for automatic merging', async () => {
  const same = await twins(ivanov, { comment: 'again' })
  const others = await twins(orlova, { responsibleId: (await asCaller(api, 'Seller')).userId })
  await scan()
  const { data } = await groups()
  expect(data).toMatchObject([
    { memberIds: same, conflicts: [], automatic: true },
    { memberIds: others, conflicts: ['responsibleId'], automatic: false },
  ])
})

it('names conflicts of fields that are not compared', async () => {
  await api.call('post', '/v1/types/contact/fields', { code: 'segment', kind: 'string', label: 'Segment' }).expect(201)
  const ids = await twins({ ...ivanov, source: 'CALL', comment: 'VIP' }, { source: 'EMAIL', comment: ' vip!' })
  await api.call('patch', `/v1/contacts/${ids[0]}`, { userFields: { segment: 'A' } }).expect(200)
  await scan()
  expect((await groups()).data).toMatchObject([{ memberIds: ids, conflicts: ['source'], automatic: false }])
  await api.call('patch', `/v1/contacts/${ids[1]}`, { source: 'CALL', userFields: { segment: 'B' } }).expect(200)
  expect((await groups()).data).toMatchObject([{ conflicts: ['userFields.segment'], automatic: false }])
  await api.call('patch', `/v1/contacts/${ids[1]}`, { userFields: { segment: null } }).expect(200)
  expect((await groups()).data).toMatchObject([{ conflicts: [], automatic: true }])
  expect((await api.call('get', `${path}/${ids[0]}`).expect(200)).body).toMatchObject({ automatic: true })
})

it('names the stage of leads that are at different stages', async () => {
  const lead = { ...ivanov, birthDate: '1980-02-03' }
  const [first, second] = [await aLead(api, lead), await aLead(api, { ...lead, stageId: 'IN_PROCESS' })]
  await api.call('post', '/v1/leads/duplicates/scan').expect(202)
  await api.work()
  const { body } = await api.call('get', `/v1/leads/duplicates/groups/${first.id}`).expect(200)
  expect(body).toMatchObject({ memberIds: [first.id, second.id], conflicts: ['stageId'], automatic: false })
})

it('does not promise a merge that a user has undone', async () => {
  const [first] = await twins(ivanov)
  await scan()
  const { body } = await api.call('post', `${path}/${first}/merge`, {}).expect(200)
  await api.call('post', `/v1/merges/${body.id}/revert`).expect(200)
  expect((await groups()).data).toMatchObject([{ id: first, conflicts: [], automatic: false }])
})

it('groups several records, without strangers who share something with one of them', async () => {
  const ids = [...(await twins(ivanov)), (await aContact(api, { ...ivanov, firstName: 'Aleksandr' })).id]
  await aContact(api, { firstName: 'Ирина', lastName: 'Белова', phones: ivanov.phones })
  await scan()
  expect(await members()).toEqual([ids])
})

async function fivePairs() {
  const names = ['Иванов', 'Орлов', 'Сидоров', 'Кузнецов', 'Волков']
  const all = []
  for (const [at, lastName] of names.entries()) {
    const phones = [{ value: `+7 945 ${at}11-2${at}-33` }]
    all.push(await twins({ firstName: 'Олег', lastName, phones, emails: [{ value: `${at}${at}x@firm${at}.example` }] }))
  }
  return all
}

it('pages through groups in the order of their ids, forwards and backwards', async () => {
  const all = await fivePairs()
  await scan()
  const pages = [[all[0], all[1]], [all[2], all[3]], [all[4]]]
  const follow = async (way: 'next' | 'prev', from = '') => {
    const [found, seen] = [[] as number[][][], [] as Record<'next' | 'prev', string | null>[]]
    for (let cursor: string | null = from; cursor !== null; cursor = seen.at(-1)![way]) {
      const { data, page } = await groups(`?limit=2${cursor && `&cursor=${cursor}`}`)
      found.push(data.map(({ memberIds }: { memberIds: number[] }) => memberIds))
      seen.push(page)
    }
    return { found, seen }
  }
  const forwards = await follow('next')
  expect(forwards.found).toEqual(pages)
  expect(forwards.seen[0]!.prev).toBeNull()
  const backwards = await follow('prev', forwards.seen[2]!.prev!)
  expect(backwards.found).toEqual([pages[1], pages[0]])
  const { next } = backwards.seen[1]!
  expect(await members(`?limit=2&cursor=${next}`)).toEqual(pages[1])
  for (const other of ['minScore=0.5', 'status=dismissed'])
    await api.call('get', `${path}?limit=2&${other}&cursor=${next}`).expect(400)
})

it('leaves out groups with lower scores when asked', async () => {
  await twins(ivanov)
  await scan()
  const [{ score }] = (await groups()).data
  expect(await members(`?minScore=${score}`)).toHaveLength(1)
  if (score < 1) expect(await members('?minScore=1')).toEqual([])
})

it('follows changes at once', async () => {
  const [first, second] = await twins(ivanov)
  await scan()
  await api.call('patch', `/v1/contacts/${second}`, orlova).expect(200)
  expect(await members()).toEqual([])
  await api.call('patch', `/v1/contacts/${second}`, ivanov).expect(200)
  expect(await members()).toEqual([[first, second]])
  await api.call('delete', `/v1/contacts/${second}`).expect(204)
  expect(await members()).toEqual([])
})

describe('a restricted caller', () => {
  it('sees groups of readable records only, by readable fields only', async () => {
    limitsByName.Mole = (caller) => ({ rows: { read: own(caller) }, hidden: ['birthDate'] })
    const mole = await asCaller(api, 'Mole')
    const mine = { responsibleId: mole.userId }
    const [first, second] = await twins({ ...ivanov, ...mine })
    const { id: third } = await aContact(api, { ...ivanov })
    const namesakes = { firstName: 'Ольга', lastName: 'Орлова', birthDate: '1980-02-03', ...mine }
    await twins(namesakes, { address: { city: 'Омск' } })
    await scan()
    expect((await members())[0]).toEqual([first, second, third])
    const { data } = await groups('', mole)
    expect(data).toMatchObject([{ memberIds: [first, second], automatic: false }])
    await mole.call('get', `${path}/${first}`).expect(200)
    await mole.call('post', `${path}/${third}/dismiss`).expect(404)
  })

  it('gets no conflict of a field that is hidden', async () => {
    limitsByName.Owl = () => ({ hidden: ['source'] })
    await twins({ ...ivanov, source: 'CALL', position: 'Юрист' }, { source: 'EMAIL', position: 'Директор' })
    await scan()
    expect((await groups()).data).toMatchObject([{ conflicts: ['position', 'source'] }])
    const { data } = await groups('', await asCaller(api, 'Owl'))
    expect(data).toMatchObject([{ conflicts: ['position'], automatic: false }])
  })

  it('sees a pair that only a hidden field contradicts', async () => {
    limitsByName.Fox = () => ({ hidden: ['birthDate'] })
    const ids = await twins({ ...ivanov, birthDate: '1980-02-03' }, { birthDate: '1962-12-31', firstName: 'Aleksandr' })
    await scan()
    expect(await members('', await asCaller(api, 'Fox'))).toEqual([ids])
  })
})

describe('a merge of a group', () => {
  it('keeps the first record and ends the group', async () => {
    const [first, second] = await twins(ivanov, { position: 'Директор' })
    await scan()
    await api.call('post', `${path}/${first}/merge?dryRun=true`, {}).expect(200)
    expect(await members()).toHaveLength(1)
    const { body } = await api.call('post', `${path}/${first}/merge`, {}).expect(200)
    expect(body).toMatchObject({ record: { id: first, position: 'Директор' }, conflicts: [] })
    expect(await members()).toEqual([])
    await api.call('post', `${path}/${first}/merge`, {}).expect(404)
    expect(await read(api, `contacts/${second}`)).toMatchObject({ id: first })
    await api.call('post', `/v1/merges/${body.id}/revert`).expect(200)
    expect(await members()).toEqual([[first, second]])
  })

  it('keeps the chosen record and values', async () => {
    const [first, second] = await twins(ivanov, { position: 'Директор' })
    await api.call('patch', `/v1/contacts/${first}`, { position: 'Юрист' }).expect(200)
    await scan()
    const choice = { survivorId: second, choices: { position: first } }
    const { body } = await api.call('post', `${path}/${first}/merge`, choice).expect(200)
    expect(body.record).toMatchObject({ id: second, position: 'Юрист' })
  })
})
