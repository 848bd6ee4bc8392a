import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { integerColumn } from '../../src/fields/selection.ts'
import { targetsOf } from '../../src/filters/resolve.ts'
import type { Position } from '../../src/records/query/keyset-page.ts'
import { readPageOnWays } from '../../src/records/query/pages-by-rule.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import type { Operation } from '../../src/rights/levels.ts'
import { type Api, startApi } from '../api.ts'
import { exported } from '../exports/exported.ts'
import { randomOf } from '../storm/random.ts'
import { bodyOf, type Founded, found, type Known, type Places } from './company.ts'
import { may, mayAny } from './model.ts'

/** `npm run test:long` tries more companies. */
const companies = Number(process.env.COMPANIES ?? 5)
const seed = Number(process.env.COMPANIES_SEED ?? 1)
const plurals: Record<string, string> = { deal: 'deals', contact: 'contacts' }

let api: Api
let maker: AccessMaker
let places: Places
/** How often a record was compared with the model. */
let cases = 0

beforeAll(async () => {
  api = await startApi()
  maker = new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes))
  const stages = ['NEW', 'WON', 'LOSE']
  const named = [
    ['NEW', 'process'],
    ['WON', 'success'],
    ['LOSE', 'failure'],
  ].map(([id, semantic]) => ({ id, semantic, name: id }))
  const { body } = await api.call('post', '/v1/types/deal/pipelines', { name: 'Second', stages: named }).expect(201)
  const { rows } = await api.pool.query('select id::int from pipeline where type_id = 2 order by id')
  expect(rows).toHaveLength(2)
  places = { pipelines: [rows[0].id, body.id], stages }
})
afterAll(() => api.close())

const sorted = (ids: Iterable<number>) => [...ids].sort((a, b) => a - b)

/** Asks as one user and compares each answer with the model. */
function witness(company: Founded, userId: number) {
  const call = api.as(company.keys.get(userId)!)
  const isAllowed = (operation: Operation, item: Known) => may(company, userId, operation, item)
  const inList = async (path: string, body?: object): Promise<number[]> => {
    const answer = await call(body ? 'post' : 'get', path, body).expect(200)
    return sorted(answer.body.data.map(({ id }: { id: number }) => id))
  }
  const batch = async (type: string, operations: object[]) => {
    const path = `/v1/${plurals[type]}/batch?dryRun=true`
    const { body, status } = await call('post', path, { operations, atomic: false })
    expect([200, 207]).toContain(status)
    return body.results.map((one: { status: number; problem?: { code: string } }) =>
      one.status < 300 ? 'done' : one.problem?.code,
    )
  }
  return { call, isAllowed, inList, batch }
}

/** Compares every list of records of a type. */
async function compareLists(company: Founded, userId: number, type: string): Promise<void> {
  const { call, isAllowed, inList } = witness(company, userId)
  const items = company.records.filter((item) => item.type === type)
  const path = `/v1/${plurals[type]}`
  const seen = items.filter((item) => isAllowed('read', item))
  const ids = sorted(seen.map(({ id }) => id))
  const from = `filter[id][gte]=${items[0]!.id}`
  expect(await inList(`${path}?limit=100`)).toEqual(ids)
  expect(await inList(`${path}?limit=100&sort=createdAt`)).toEqual(ids)
  expect(await inList(`${path}?limit=100&${from}&sort=-updatedAt`)).toEqual(ids)
  expect(await inList(`${path}/search`, { q: 'Matrix', limit: 100 })).toEqual(ids)
  const { body } = await call('post', `${path}/search`, { limit: 3, count: 'exact', facets: ['responsibleId'] }).expect(
    200,
  )
  expect(body.total).toBe(ids.length)
  const counted = body.facets.responsibleId.map((one: { value: number; count: number }) => [one.value, one.count])
  expect(new Map(counted)).toEqual(
    new Map([...Map.groupBy(seen, (item) => item.responsible)].map(([id, all]) => [id, all.length])),
  )
  await compareWays(userId, type, ids)
  const file = await exported(call, `${plurals[type]}/export?mode=raw&fields=id`)
  const taken = seen.filter((item) => isAllowed('export', item)).map(({ id }) => id)
  const isOpen = mayAny(company, userId, 'export', everywhere(items))
  expect(
    file.status === 200 ? sorted(file.bytes.toString().trim().split('\r\n').slice(1).map(Number)) : file.status,
  ).toEqual(isOpen ? sorted(taken) : 403)
  cases += 7 * items.length
}

/** Compares pages that are read along indexes, which lists do only when their first records do not fill a page. */
async function compareWays(userId: number, type: string, ids: readonly number[]): Promise<void> {
  const grant = (await maker.of(api.db, userId)).grant(type)
  if (!grant.ways) return
  const targets = targetsOf(grant.readable)
  for (const [path, descending, position] of [
    ...[
      ['id', true],
      ['id', false, [ids[1] ?? 0]],
      ['createdAt', true],
      ['updatedBy', false],
    ],
  ] as [string, boolean, Position?][]) {
    const keys = [...new Set([path, 'id'])].map((name) => ({ target: targets.get(name)!, descending }))
    const query = { sort: keys, limit: 100, position }
    const page = await readPageOnWays(api.db, grant, grant.ways, { query, where: null }, integerColumn(sql`record.id`))
    expect(sorted(page.map(({ body }) => body))).toEqual(ids.filter((id) => !position || id > Number(position[0])))
  }
  cases += 4 * ids.length
}

/** Returns the items with one more for each stage without any. */
function everywhere(items: readonly Known[]): Known[] {
  if (items[0]!.type !== 'deal') return [...items]
  return places.pipelines.flatMap((pipeline) => places.stages.map((stage) => ({ ...items[0]!, pipeline, stage })))
}

/** Compares what reading, changing, moving and deleting each record answers. */
async function compareRecords(company: Founded, userId: number, type: string): Promise<void> {
  const { call, isAllowed, batch } = witness(company, userId)
  const items = company.records.filter((item) => item.type === type)
  const expected = (operation: Operation, item: Known) => {
    if (!isAllowed('read', item)) return 'record_not_found'
    return isAllowed(operation, item) ? 'done' : 'forbidden'
  }
  for (const item of items) {
    const { status } = await call('get', `/v1/${plurals[type]}/${item.id}`)
    expect([item.id, status]).toEqual([item.id, isAllowed('read', item) ? 200 : 404])
  }
  const changes = items.map(({ id }) => ({ op: 'update', id, data: { comment: 'changed' } }))
  expect(await batch(type, changes)).toEqual(items.map((item) => expected('update', item)))
  const deletions = items.map(({ id }) => ({ op: 'delete', id }))
  expect(await batch(type, deletions)).toEqual(items.map((item) => expected('delete', item)))
  const creations = items.map((item) => ({ op: 'create', data: bodyOf(item) }))
  expect(await batch(type, creations)).toEqual(items.map((item) => (isAllowed('add', item) ? 'done' : 'forbidden')))
  const selection = { ids: items.map(({ id }) => id), set: { comment: 'changed' } }
  const preview = await call('post', `/v1/${plurals[type]}/bulk?dryRun=true`, selection)
  if (mayAny(company, userId, 'update', everywhere(items))) {
    const count = (outcome: string) => items.filter((item) => expected('update', item) === outcome).length
    expect(preview.body).toMatchObject({
      ...{
        matched: count('done') + count('forbidden'),
        denied: count('forbidden'),
        missing: count('record_not_found'),
      },
      done: count('done'),
    })
  } else expect(preview.status).toBe(403)
  cases += 5 * items.length
}

/** Compares moves to another stage, which need the right there. */
async function compareMoves(company: Founded, userId: number): Promise<void> {
  const { isAllowed, batch } = witness(company, userId)
  const items = company.records.filter((item) => item.type === 'deal')
  for (const [pipeline, stage] of [
    [places.pipelines[0]!, 'WON'],
    [places.pipelines[1]!, 'NEW'],
  ] as const) {
    const moved = items.map((item) => ({ ...item, pipeline, stage }))
    const expected = items.map((item, index) => {
      if (!isAllowed('read', item)) return 'record_not_found'
      const isMoved = item.pipeline !== pipeline || item.stage !== stage
      return isAllowed('update', item) && (!isMoved || isAllowed('move', moved[index]!)) ? 'done' : 'forbidden'
    })
    const moves = items.map(({ id }) => ({ op: 'update', id, data: { pipelineId: pipeline, stageId: stage } }))
    expect(await batch('deal', moves)).toEqual(expected)
    cases += items.length
  }
}

it('answers every request of every user as the model of rights says', async () => {
  const random = randomOf(seed)
  for (let n = 0; n < companies; n++) {
    const company = await found(api, random, places)
    for (const userId of company.people.keys()) {
      const types = ['deal', 'contact'].filter((type) => isOpen(company, userId, type))
      const readable = types.filter((type) => mayAny(company, userId, 'read', itemsOf(company, type)))
      if (!readable.length) {
        const { body } = await api.as(company.keys.get(userId)!)('get', '/v1/deals').expect(403)
        expect(body.code).toBe('crm_unavailable')
        continue
      }
      for (const type of types) {
        await compareLists(company, userId, type)
        await compareRecords(company, userId, type)
        if (type === 'deal') await compareMoves(company, userId)
      }
    }
    await api.pool.query('delete from deal; delete from contact')
  }
  expect(cases).toBeGreaterThan(10_000)
}, 1_800_000)

const itemsOf = ({ records }: Founded, type: string) => everywhere(records.filter((item) => item.type === type))

/** Returns whether the user may do anything with records of the type. */
function isOpen(company: Founded, userId: number, type: string): boolean {
  const all: Operation[] = ['read', 'add', 'update', 'delete', 'export', 'import', 'automation', 'move']
  return all.some((operation) => mayAny(company, userId, operation, itemsOf(company, type)))
}
