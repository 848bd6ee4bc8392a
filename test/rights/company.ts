import { type Level, levels, type Operation, operations } from '../../src/rights/levels.ts'
import { type Api, aUser } from '../api.ts'
import type { Random } from '../storm/random.ts'
import type { Company, Item, Person, Role } from './model.ts'

/** A record with its id. */
export type Known = Item & { id: number }

/** A random company in the database, with the keys of its users. */
export interface Founded extends Company {
  keys: ReadonlyMap<number, string>
  records: readonly Known[]
}

/** The places of deals: two pipelines with three stages each. */
export interface Places {
  pipelines: readonly number[]
  stages: readonly string[]
}

const typeIds: Record<string, number> = { deal: 2, contact: 3 }
const some = <T>(random: Random, from: readonly T[], chance: number) => from.filter(() => random.chance(chance))

/** Replaces the company in the database by a random one. */
export async function found(api: Api, random: Random, places: Places): Promise<Founded> {
  await api.pool.query(`delete from role; delete from user_group; delete from user_department;
    delete from department where id > 1`)
  const parents = await departmentsOf(api, random)
  const groups = [1, 2].map((n) => random.below(1000) * 10 + n)
  for (const id of groups) await api.pool.query(`insert into user_group (id, name) values ($1, '{}')`, [id])
  const { people, keys } = await peopleOf(api, random, { departments: [...parents.keys()], groups })
  const ids = [...people.keys()]
  const roles = Array.from({ length: 1 + random.below(4) }, () => roleOf(random, places, { ids, parents, groups }))
  for (const role of roles) await saveRole(api, role)
  return { parents, people, keys, roles, records: await recordsOf(api, random, places, ids) }
}

async function departmentsOf(api: Api, random: Random): Promise<Map<number, number | null>> {
  const parents = new Map<number, number | null>([[1, null]])
  for (let n = 0; n < 5; n++) {
    const parent = random.pick([...parents.keys()])
    const { rows } = await api.pool.query<{ id: number }>(
      `insert into department (name, parent_id) values ('{}', $1) returning id`,
      [parent],
    )
    parents.set(Number(rows[0]!.id), parent)
  }
  return parents
}

async function peopleOf(
  api: Api,
  random: Random,
  { departments, groups }: { departments: readonly number[]; groups: readonly number[] },
) {
  const people = new Map<number, Person>()
  const keys = new Map<number, string>()
  for (let n = 0; n < 6; n++) {
    const { userId: id, key } = await aUser(api.db, { lastName: `Person ${n}` })
    const person = { id, departments: some(random, departments, 0.25), groups: some(random, groups, 0.3) }
    for (const one of person.departments)
      await api.pool.query('insert into user_department (user_id, department_id) values ($1, $2)', [id, one])
    for (const one of person.groups) await api.pool.query('insert into user_group_member values ($1, $2)', [one, id])
    people.set(id, person)
    keys.set(id, key)
  }
  return { people, keys }
}

function roleOf(
  random: Random,
  { pipelines, stages }: Places,
  { ids, parents, groups }: { ids: number[]; parents: ReadonlyMap<number, unknown>; groups: readonly number[] },
): Role {
  const levelsOf = (chance: number) =>
    Object.fromEntries(some(random, operations, chance).map((one) => [one, random.pick(levels)])) as Partial<
      Record<Operation, Level>
    >
  const cells = [
    ...['deal', 'contact'].map((type) => ({ type, levels: levelsOf(0.9) })),
    ...some(random, pipelines, 0.5).map((pipeline) => ({ type: 'deal', pipeline, levels: levelsOf(0.5) })),
    ...pipelines.flatMap((pipeline) =>
      some(random, stages, 0.3).map((stage) => ({ type: 'deal', pipeline, stage, levels: levelsOf(0.6) })),
    ),
  ]
  return {
    cells,
    users: some(random, ids, 0.3),
    departments: some(random, [...parents.keys()], 0.2).map((id) => ({ id, withSub: random.chance(0.5) })),
    groups: some(random, groups, 0.3),
  }
}

async function saveRole({ pool }: Api, { cells, users, departments, groups }: Role): Promise<void> {
  const { rows } = await pool.query<{ id: number }>(
    `insert into role (name) values ('{"en": "A", "ru": "A"}') returning id`,
  )
  const { id } = rows[0]!
  for (const { type, pipeline = null, stage = null, levels } of cells)
    await pool.query(
      'insert into role_cell (role_id, type_id, pipeline_id, stage_id, levels) values ($1, $2, $3, $4, $5)',
      [...[id, typeIds[type], pipeline, stage, levels]],
    )
  const join = (column: string, value: number, withSub = false) =>
    pool.query(`insert into role_member (role_id, ${column}, with_sub) values ($1, $2, $3)`, [id, value, withSub])
  for (const one of users) await join('user_id', one)
  for (const one of departments) await join('department_id', one.id, one.withSub)
  for (const one of groups) await join('group_id', one)
}

/** Creates records as the administrator, who may do everything. */
async function recordsOf(api: Api, random: Random, places: Places, ids: readonly number[]): Promise<Known[]> {
  const items = Array.from({ length: 44 }, (_, n): Item => {
    const common = {
      responsible: random.pick([...ids, api.userId]),
      observers: some(random, ids, 0.1),
      opened: random.chance(0.3),
    }
    if (n % 4 === 0) return { type: 'contact', ...common }
    return { type: 'deal', ...common, pipeline: random.pick(places.pipelines), stage: random.pick(places.stages) }
  })
  const operationsToSend = items.map((item) => ({ op: 'create', type: item.type, data: bodyOf(item) }))
  const { body } = await api.call('post', '/v1/batch', { operations: operationsToSend }).expect(200)
  return items.map((item, index) => ({ ...item, id: body.results[index].id }))
}

/** Returns the body of a record. */
export function bodyOf({ type, responsible, observers, opened, pipeline, stage }: Item): Record<string, unknown> {
  const own = { responsibleId: responsible, observers, opened }
  if (type === 'contact') return { ...own, lastName: 'Matrix' }
  return { ...own, title: 'Matrix', pipelineId: pipeline, stageId: stage }
}
