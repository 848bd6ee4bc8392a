import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { type Random, randomOf } from '../storm/random.ts'

/** Lists sort by what tables show: names, and places in lists. Every page is compared with a sort in the test. */

let api: Api
/** A user who may read the records of the department. */
let member: Api['call']
const random: Random = randomOf(Number(process.env.SEED ?? 18))
const count = 120

/** Labels and names have another order than codes and ids. */
const options = ['red', 'green', 'blue'].map((code, index) => ({ code, label: 'cba'[index] }))
const people = [
  ['Яна', 'Орлова'],
  ['anna', 'Zeta'],
  ['Борис', 'Ёлкин'],
  ['Anna', 'Beta'],
  ['Борис', 'Ежов'],
  // Two people with one name.
  ['Anna', 'Beta'],
] as const
const stages = ['WON', 'PACKED', 'NEW', 'LOST', 'GONE']
const semantics = ['process', 'process', 'success', 'failure', 'failure']
const userFields = [
  { code: 'colour', kind: 'enumeration', options, filterable: true },
  { code: 'shade', kind: 'enumeration', options, filterable: false },
  { code: 'checked', kind: 'boolean' },
  { code: 'helper', kind: 'employee' },
  { code: 'origin', kind: 'dictionary', settings: { dictionary: 'INDUSTRY' } },
  { code: 'price', kind: 'money' },
]

const users: { id: number; name: string }[] = []
const pipelines: Record<string, { id: number; stageIds: string[] }[]> = { deal: [], parcel: [] }
const codes: Record<string, string[]> = {}
const paths = { deal: '/v1/deals', parcel: '/v1/types/parcel/items' } as const
type TypeCode = keyof typeof paths

beforeAll(async () => {
  api = await startApi()
  for (const [first_name, last_name] of people) {
    const { id } = await api.db
      .insertInto('user')
      .values({ first_name, last_name })
      .returning('id')
      .executeTakeFirstOrThrow()
    users.push({ id, name: `${first_name} ${last_name}` })
  }
  users.push({ id: api.userId, name: 'Test User' })
  await api.call('post', '/v1/types', {
    ...{ code: 'parcel', plural: 'parcels', title: 'Parcel', titles: 'Parcels' },
    features: ['stages', 'pipelines', 'money', 'source'],
  })
  for (const dictionary of ['SOURCE', 'INDUSTRY', 'DEAL_TYPE', 'FAILURE_REASON']) {
    const { body } = await api.call('get', `/v1/dictionaries/${dictionary}/entries`).expect(200)
    codes[dictionary] = body.data.map(({ code }: { code: string }) => code)
  }
  for (const type of Object.keys(paths) as TypeCode[]) await fill(type)
  member = await aMember()
}, 120_000)
afterAll(() => api.close())

async function fill(type: TypeCode): Promise<void> {
  for (const field of userFields) {
    await api.call('post', `/v1/types/${type}/fields`, { label: field.code, ...field }).expect(201)
  }
  const own = { name: 'Second', stages: stages.map((id, at) => ({ id, name: id, semantic: semantics[at] })) }
  await api.call('post', `/v1/types/${type}/pipelines`, own).expect(201)
  const { body } = await api.call('get', `/v1/types/${type}/pipelines`).expect(200)
  for (const { id } of body.data) {
    const { body: list } = await api.call('get', `/v1/types/${type}/pipelines/${id}/stages`).expect(200)
    pipelines[type]!.push({ id, stageIds: list.data.map((stage: { id: string }) => stage.id) })
  }
  const operations = Array.from({ length: count }, () => ({ op: 'create', data: aBody(type) }))
  await api.call('post', `${paths[type]}/batch`, { operations }).expect(200)
}

function aBody(type: TypeCode): object {
  const pipeline = random.pick(pipelines[type]!)
  const maybe = <T>(value: T) => (random.below(4) ? value : null)
  return {
    ...{ title: 'Row', pipelineId: pipeline.id, stageId: random.pick(pipeline.stageIds) },
    ...{ responsibleId: random.pick(users).id, opened: random.below(2) === 0 },
    ...{ source: maybe(random.pick(codes.SOURCE!)), amount: maybe(`${random.below(9)}.5`) },
    ...{ currency: random.pick(['USD', 'RUB', 'EUR']), amountIsManual: true },
    ...(type === 'deal' && { dealType: maybe(random.pick(codes.DEAL_TYPE!)) }),
    userFields: {
      colour: maybe(random.pick(options).code),
      shade: maybe(random.pick(options).code),
      checked: maybe(random.below(2) === 0),
      helper: maybe(random.pick(users).id),
      origin: maybe(random.pick(codes.INDUSTRY!)),
      price: maybe({ amount: `${random.below(9)}`, currency: random.pick(['USD', 'RUB', 'EUR']) }),
    },
  }
}

/** Returns a caller who reads the records of three of the users. */
async function aMember(): Promise<Api['call']> {
  const { userId, key } = await aUser(api.db)
  const { rows } = await api.pool.query(
    `insert into department (name, parent_id) values ('{"en": "D"}', 1) returning id`,
  )
  for (const id of [userId, ...users.slice(1, 4).map((user) => user.id)])
    await api.pool.query('insert into user_department (user_id, department_id) values ($1, $2)', [id, rows[0].id])
  const permissions = Object.keys(paths).map((type) => ({
    type,
    operations: { read: 'department', export: 'department' },
  }))
  await api.call('post', '/v1/roles', { name: 'R', permissions, members: { userIds: [userId] } }).expect(201)
  return api.as(key)
}

type Row = { id: number; [name: string]: unknown }
type Key = number | string | null

const collator = new Intl.Collator('und')
const placeIn = (list: readonly unknown[], value: unknown) => (value === null ? null : list.indexOf(value))
const nameOf = (id: unknown) => users.find((user) => user.id === id)?.name ?? null
const currencies = ['RUB', 'USD', 'EUR']

/** What the list shows of a row for each field: a place in a list, or a name. */
const shown: Record<string, (row: Row, type: TypeCode) => Key> = {
  stageId: ({ pipelineId, stageId }, type) => {
    const before = pipelines[type]!.findIndex(({ id }) => id === pipelineId)
    return before * 100 + pipelines[type]![before]!.stageIds.indexOf(stageId as string)
  },
  pipelineId: ({ pipelineId }, type) => pipelines[type]!.findIndex(({ id }) => id === pipelineId),
  stageSemantic: ({ stageSemantic }) => placeIn(['process', 'success', 'failure'], stageSemantic),
  responsibleId: ({ responsibleId }) => nameOf(responsibleId),
  createdBy: ({ createdBy }) => nameOf(createdBy),
  source: ({ source }) => placeIn(codes.SOURCE!, source),
  dealType: ({ dealType }) => placeIn(codes.DEAL_TYPE!, dealType),
  opened: ({ opened }) => Number(opened),
  currency: ({ currency }) => placeIn(currencies, currency),
  amount: ({ amount }) => (amount === null ? null : Number(amount)),
  'userFields.colour': ({ userFields }) => placeIn(['red', 'green', 'blue'], ofUser(userFields).colour),
  'userFields.shade': ({ userFields }) => placeIn(['red', 'green', 'blue'], ofUser(userFields).shade),
  'userFields.checked': ({ userFields }) => placeIn([false, true], ofUser(userFields).checked),
  'userFields.helper': ({ userFields }) => nameOf(ofUser(userFields).helper),
  'userFields.origin': ({ userFields }) => placeIn(codes.INDUSTRY!, ofUser(userFields).origin),
  'userFields.price.currency': ({ userFields }) =>
    placeIn(currencies, (ofUser(userFields).price as { currency: string } | null)?.currency ?? null),
}

function ofUser(fields: unknown): Record<string, unknown> {
  return fields as Record<string, unknown>
}

/** Sorts as documented: empty values last in both directions, ties by id in the direction of the last key. */
function sorted(rows: readonly Row[], sort: string, type: TypeCode): number[] {
  const keys = sort.split(',').map((key) => ({ path: key.replace('-', ''), sign: key.startsWith('-') ? -1 : 1 }))
  const compare = (a: Row, b: Row): number => {
    for (const { path, sign } of keys) {
      const [left, right] = [a, b].map((row) => shown[path]!(row, type)) as [Key, Key]
      if (left === right) continue
      if (left === null || right === null) return left === null ? 1 : -1
      const order = typeof left === 'string' ? collator.compare(left, right as string) : left - (right as number)
      if (order) return sign * order
    }
    return keys.at(-1)!.sign * (a.id - b.id)
  }
  return rows.toSorted(compare).map(({ id }) => id)
}

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id)

const combined = ['stageId,-amount', '-amount,stageId', 'responsibleId,-source,opened', '-userFields.helper,currency']
const sorts = [...Object.keys(shown), ...Object.keys(shown).map((path) => `-${path}`), ...combined]
const callers = { 'an administrator': () => api.call, 'a member of a department': () => member }

describe.each(Object.keys(paths) as TypeCode[])('Lists of the type %s', (type) => {
  const list = paths[type]
  describe.each(Object.entries(callers))('for %s', (_, caller) => {
    let rows: Row[]
    beforeAll(async () => {
      rows = (await caller()('get', `${list}?limit=500&sort=id`).expect(200)).body.data
    })

    it.each(sorts.filter((sort) => type === 'deal' || !sort.includes('dealType')))('by %s', async (sort) => {
      const expected = sorted(rows, sort, type)
      const read = async (query: string) => (await caller()('get', `${list}?fields=id&${query}`).expect(200)).body
      expect(idsOf((await read(`sort=${sort}&limit=500`)).data)).toEqual(expected)

      const [forwards, backwards]: number[][] = [[], []]
      let page = await read(`sort=${sort}&limit=13`)
      for (;;) {
        forwards!.push(...idsOf(page.data))
        if (!page.page.next) break
        page = await read(`limit=13&cursor=${page.page.next}`)
      }
      expect(forwards).toEqual(expected)
      for (backwards!.push(...idsOf(page.data)); page.page.prev; backwards!.unshift(...idsOf(page.data)))
        page = await read(`limit=13&cursor=${page.page.prev}`)
      expect(backwards).toEqual(expected)
      const third = await read(`sort=${sort}&limit=13&page=3`)
      expect(idsOf(third.data)).toEqual(expected.slice(26, 39))
    })

    it.each(['stageId', '-responsibleId', 'userFields.shade,-stageId'])('also elsewhere: by %s', async (sort) => {
      const expected = sorted(rows, sort, type)
      const filter = { field: 'title', op: 'contains', value: 'row' }
      const search = { filter, sort: sort.split(','), limit: 500, fields: ['id'] }
      const found = (await caller()('post', `${list}/search`, search).expect(200)).body.data
      expect(idsOf(found)).toEqual(expected)
      const queries = { a: { type, search: { sort, limit: 500 } } }
      const { body } = await caller()('post', '/v1/queries', { queries }).expect(200)
      expect(idsOf(body.results.a.data)).toEqual(expected)
      const file = await caller()('get', `${list}/export?mode=raw&fields=id&sort=${sort}`).expect(200)
      expect(file.text.trim().split(/\r?\n/).slice(1).map(Number)).toEqual(expected)
      const worded = (await caller()('get', `${list}?q=row&sort=${sort}&limit=500`).expect(200)).body.data
      expect(idsOf(worded)).toEqual(expected)
      const some = rows.filter(({ stageId }) => stageId === 'NEW' || stageId === 'WON')
      const { data } = (await caller()('get', `${list}?sort=${sort}&filter[stageId][in]=NEW,WON&limit=500`).expect(200))
        .body
      expect(idsOf(data)).toEqual(sorted(some, sort, type))
    })
  })
})
