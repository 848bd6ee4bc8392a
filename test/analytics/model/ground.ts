import type { Level } from '../../../src/rights/levels.ts'
import { type Api, aUser } from '../../api.ts'
import { type Company, may, type Role } from '../../rights/model.ts'
import { currencies, digitsOf, fiscalYearStart } from './choices.ts'
import type { Code, Life, Semantic, Staged } from './life.ts'

/** A stage in its pipeline's order. */
export interface Stage {
  id: string
  semantic: Semantic
}

/** A pipeline with its stages in order. */
export interface Pipeline {
  id: number
  stages: readonly Stage[]
  /** How probable it is that records in some stages are won, in per cent. */
  stageProbabilities: Readonly<Record<string, number>> | null
}

/** A user who reads reports. */
export interface Reader {
  name: string
  userId: number
  key: string
  /** Keys of the fields that the reader does not see. */
  hidden: readonly string[]
  /** Returns whether the reader may read a record. */
  mayRead(record: Life): boolean
}

/** What all worlds of a database share: people, rights, pipelines, user fields. */
export interface Ground {
  company: Company
  /** The heads of departments by the ids of the departments. */
  heads: ReadonlyMap<number, number>
  /** The users whom records belong to. */
  users: readonly number[]
  /** The keys of users by their ids. */
  keys: ReadonlyMap<number, string>
  readers: readonly Reader[]
  /** By the code of the type, the default pipeline first. */
  pipelines: Readonly<Record<Staged, readonly Pipeline[]>>
  /** Columns of the user fields of deals. `secret` is hidden from most readers. */
  columns: Readonly<Record<'tone' | 'secret', string>>
}

/** Departments, each with the one above it. */
const departments = [
  { name: 'Sales', parent: null },
  { name: 'Sales in Omsk', parent: 0 },
  { name: 'Support', parent: null },
]

type Levels = Record<Code, Level>

/** The readers besides the administrator: their department and what they may read. */
const roles: {
  name: string
  department: number
  read: Levels
  stages?: Record<string, Level>
  seesSecret?: true
  /** A department whose head the reader is. */
  heads?: number
}[] = [
  {
    name: 'the head of a department',
    department: 0,
    heads: 0,
    read: {
      ...{ deal: 'subdepartments', lead: 'own', invoice: 'opened', company: 'opened', contact: 'all' },
      ...{ quote: 'all', delivery: 'department' },
    },
  },
  {
    name: 'a member of another department',
    department: 2,
    read: {
      ...{ deal: 'opened', lead: 'department', invoice: 'own', company: 'own', contact: 'own' },
      ...{ quote: 'opened', delivery: 'opened' },
    },
  },
  {
    name: 'a reader of some stages',
    department: 2,
    read: {
      ...{ deal: 'all', lead: 'all', invoice: 'all', company: 'all', contact: 'all' },
      ...{ quote: 'own', delivery: 'all' },
    },
    stages: { LOSE: 'own', EXECUTING: 'none' },
    seesSecret: true,
  },
]

/** Creates the ground in an empty database. */
export async function aGround(api: Api): Promise<Ground> {
  await addCurrencies(api)
  await api.call('patch', '/v1/settings', { fiscalYearStart, baseCurrency: currencies[0]! }).expect(200)
  const parents = new Map<number, number | null>()
  const ids: number[] = []
  for (const { name, parent } of departments) {
    const parentId = parent === null ? 1 : ids[parent]!
    const { body } = await api.call('post', '/v1/departments', { name, parentId }).expect(201)
    ids.push(body.id)
    parents.set(body.id, parentId)
  }
  const features = ['stages', 'pipelines', 'client', 'money', 'source', 'observers', 'recycleBin']
  await api.call('post', '/v1/types', { code: 'delivery', title: 'Delivery', features }).expect(201)
  const pipelines = await pipelinesOf(api)
  const people: Company['people'] & Map<number, { id: number; departments: number[]; groups: number[] }> = new Map()
  const keys = new Map<number, string>()
  const aPerson = async (...places: number[]) => {
    const user = await aUser(api.db, { lastName: `Person ${people.size}` })
    const theirs = places.map((place) => ids[place]!)
    for (const id of theirs) await api.pool.query('insert into user_department values ($1, $2)', [user.userId, id])
    keys.set(user.userId, user.key)
    people.set(user.userId, { id: user.userId, departments: theirs, groups: [] })
    return user
  }
  for (const places of [[0], [1], [2], [0, 2]]) await aPerson(...places)
  const company = { parents, people, roles: [] as Role[] }
  const columns = { tone: await aField(api, 'tone'), secret: await aField(api, 'secret') }
  const readers: Reader[] = [
    { name: 'the administrator', userId: api.userId, key: api.key, hidden: [], mayRead: () => true },
  ]
  const seeing: number[] = []
  const heads = new Map<number, number>()
  for (const role of roles) {
    const { userId, key } = await aPerson(role.department)
    const cells = cellsOf(role, pipelines.deal[0]!.id)
    company.roles.push({ cells, users: [userId], departments: [], groups: [] })
    const permissions = cells.map(({ type, pipeline, stage, levels }) => ({
      ...{ type, operations: levels },
      ...(stage !== undefined && { pipelineId: pipeline, stageId: stage }),
    }))
    await api.call('post', '/v1/roles', { name: role.name, permissions, members: { userIds: [userId] } }).expect(201)
    if (role.seesSecret) seeing.push(userId)
    if (role.heads !== undefined) {
      const headed = ids[role.heads]!
      await api.call('patch', `/v1/departments/${headed}`, { headId: userId }).expect(200)
      heads.set(headed, userId)
    }
    const mayRead = (record: Life) => may(company, userId, 'read', itemOf(record))
    readers.push({ name: role.name, userId, key, hidden: role.seesSecret ? [] : [columns.secret], mayRead })
  }
  const visibility = { restricted: true, userIds: seeing, departments: [] }
  await api.call('put', '/v1/types/deal/fields/secret/visibility', visibility).expect(200)
  return { company, heads, users: [...people.keys()], keys, readers, pipelines, columns }
}

async function addCurrencies(api: Api): Promise<void> {
  const { body } = await api.call('get', '/v1/currencies').expect(200)
  const known = body.data.map(({ code }: { code: string }) => code)
  for (const code of currencies.filter((one) => !known.includes(one)))
    await api.call('post', '/v1/currencies', { code, name: code, digits: digitsOf(code) }).expect(201)
}

function cellsOf({ read, stages = {} }: (typeof roles)[number], pipeline: number): Role['cells'] {
  return [
    ...Object.entries(read).map(([type, level]) => ({ type, levels: { read: level } })),
    ...Object.entries(stages).map(([stage, level]) => ({ type: 'deal', pipeline, stage, levels: { read: level } })),
  ]
}

function itemOf({ type, values: { responsibleId, opened, pipelineId, stageId } }: Life) {
  return {
    type,
    responsible: responsibleId,
    observers: [],
    opened,
    ...(pipelineId && { pipeline: pipelineId, stage: stageId }),
  }
}

async function aField(api: Api, code: string): Promise<string> {
  await api.call('post', '/v1/types/deal/fields', { code, kind: 'string', label: code }).expect(201)
  const { rows } = await api.pool.query<{ id: number }>('select id from user_field where code = $1', [code])
  return `f_${rows[0]!.id}`
}

/** Adds a second pipeline of deals, whose stages have names of the first one in another order, and other names. */
async function pipelinesOf(api: Api): Promise<Ground['pipelines']> {
  const stages: Stage[] = [
    ...['EXECUTING', 'NEW', 'PACKED'].map((id) => ({ id, semantic: 'process' as const })),
    { id: 'WON', semantic: 'success' },
    ...['LOSE', 'REFUSED'].map((id) => ({ id, semantic: 'failure' as const })),
  ]
  const named = stages.map((stage) => ({ ...stage, name: stage.id }))
  const { body: second } = await api
    .call('post', '/v1/types/deal/pipelines', { name: 'Second', stages: named })
    .expect(201)
  const stageProbabilities = { EXECUTING: 35, NEW: 0 }
  await api.call('patch', `/v1/types/deal/pipelines/${second.id}`, { stageProbabilities }).expect(200)
  const read = async (type: string): Promise<Pipeline[]> => {
    const { body } = await api.call('get', `/v1/types/${type}/pipelines`).expect(200)
    return await Promise.all(
      body.data.map(async ({ id, stageProbabilities }: Pipeline) => {
        const { body: list } = await api.call('get', `/v1/types/${type}/pipelines/${id}/stages`).expect(200)
        return { id, stageProbabilities, stages: list.data.map(({ id, semantic }: Stage) => ({ id, semantic })) }
      }),
    )
  }
  const [lead, deal, quote] = [await read('lead'), await read('deal'), await read('quote')]
  return { lead, deal, quote, invoice: await read('invoice'), delivery: await read('delivery') }
}
