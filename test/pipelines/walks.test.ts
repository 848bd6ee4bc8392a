import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { jobsOf } from '../bulk/jobs-of.ts'
import { aDeal } from '../seed.ts'
import { type Random, randomOf } from '../storm/random.ts'
import { historyOf, lives, type Stay, staysByHistory, staysOf } from './stays.ts'

/** `npm run test:long` takes more steps. The interleaving of the clients is not repeatable, their steps are. */
const steps = Number(process.env.MOVES ?? 25)
const seed = Number(process.env.MOVES_SEED ?? 1)
const clients = 4

let api: Api
const pipelines = new Map<number, readonly string[]>()
const deals: number[] = []
/** The stages that records can enter from these stages of the second pipeline. */
const next: Record<string, readonly string[]> = { OPENED: ['PACKED', 'REFUSED'], REFUSED: ['OPENED'] }

beforeAll(async () => {
  api = await startApi({ work: true })
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  const stage = (id: string, semantic: string) => ({ id, semantic, name: id, nextStages: next[id] ?? null })
  const stages = [
    ...[stage('OPENED', 'process'), stage('NEW', 'process'), stage('PACKED', 'process')],
    ...[stage('WON', 'success'), stage('REFUSED', 'failure')],
  ]
  const second = { name: 'Second', failureNeedsReason: true, stages }
  const { body: made } = await api.call('post', '/v1/types/deal/pipelines', second).expect(201)
  pipelines.set(body.data[0].id, ['NEW', 'PREPARATION', 'EXECUTING', 'WON', 'LOSE'])
  pipelines.set(
    made.id,
    stages.map(({ id }) => id),
  )
  for (let n = 0; n < 12; n++) deals.push((await aDeal(api, { title: `Walk ${n}`, amount: `${n}.5` })).id)
  // Some were created by a server whose clock is ahead.
  const ahead = "now() + interval '1 hour 0.000001 seconds'"
  const some = deals.slice(0, 3).join()
  await api.pool.query(`update deal set created_at = ${ahead}, updated_at = ${ahead}, moved_at = ${ahead} where id in (${some});
    update stage_history set entered_at = created_at from deal where type_id = 2 and record_id = deal.id and deal.id in (${some});
    update history set at = created_at from deal where type_id = 2 and record_id = deal.id and deal.id in (${some})`)
})
afterAll(() => api.close())

/** Returns a random change: usually a move, with or without other values. */
function changeOf(random: Random, users: readonly number[]): Record<string, unknown> {
  const [pipelineId, stages] = random.pick([...pipelines])
  const move = random.chance(0.3)
    ? { stageId: random.pick(['NEW', 'WON']) }
    : { pipelineId, stageId: random.pick(stages) }
  return {
    ...(random.chance(0.8) && move),
    ...(random.chance(0.6) && { failureReason: 'PRICE' }),
    ...(random.chance(0.4) && { amount: random.pick([null, '0', `${random.below(1000)}.25`]) }),
    ...(random.chance(0.2) && { currency: random.pick(['RUB', 'USD']) }),
    ...(random.chance(0.3) && { responsibleId: random.pick(users) }),
  }
}

/** Takes one random step. Deals may be deleted, and moves may be refused. */
async function step(client: Pick<Api, 'call'>, random: Random, users: readonly number[]): Promise<void> {
  const id = random.pick(deals)
  const some = Array.from({ length: 4 }, () => random.pick(deals))
  const answer = async (call: PromiseLike<{ status: number; body: unknown }>, ...statuses: number[]) => {
    const { status, body } = await call
    if (!statuses.includes(status)) throw new Error(`${status}: ${JSON.stringify(body)}`)
  }
  const kind = random.below(20)
  if (kind < 11) return await answer(client.call('patch', `/v1/deals/${id}`, changeOf(random, users)), 200, 404, 422)
  if (kind < 14) {
    const operations = some.map((one) => ({ op: 'update', id: one, data: changeOf(random, users) }))
    return await answer(
      client.call('post', '/v1/deals/batch', { atomic: random.chance(0.3), operations }),
      200,
      207,
      422,
    )
  }
  if (kind < 16) {
    const { pipelineId: _, ...set } = { stageId: 'NEW', ...changeOf(random, users) } as Record<string, unknown>
    const [pipelineId, stages] = random.pick([...pipelines])
    const move = { pipelineId, stages: { NEW: random.pick(stages), LOSE: 'NEW', REFUSED: 'WON' } }
    const action = random.chance(0.5) ? { set } : { move }
    const job = await jobsOf(client).bulk('deals', { ids: [...new Set(some)], ...action })
    return expect(['completed', 'completedWithErrors']).toContain(job.status)
  }
  if (kind < 18) return await answer(client.call('delete', `/v1/deals/${id}`), 204, 404)
  await answer(client.call('post', `/v1/recycle-bin/D_${id}/restore`), 200, 404, 409)
}

it(`keeps the history of stages whole in ${steps} random steps of ${clients} clients each, seed ${seed}`, async () => {
  const users = await Promise.all(Array.from({ length: clients }, () => aUser(api.db, { isAdmin: true })))
  const ids = users.map(({ userId }) => userId)
  await Promise.all(
    users.map(async ({ key }, number) => {
      const random = randomOf(seed * 1000 + number)
      for (let n = 0; n < steps; n++) await step({ call: api.as(key) }, random, ids)
    }),
  )

  let moves = 0
  for (const life of await lives(api.pool, deals)) {
    const stays = await staysOf(api.pool, life.id)
    moves += stays.length - 1
    expect(stays).toEqual(staysByHistory(life, await historyOf(api.pool, life.id)))
    expect(stays[0]).toMatchObject({ kind: 'created', from: life.createdAt })
    expect(stays.at(-1)).toMatchObject({ ...life.now, from: life.movedAt, to: null })
    const times = stays.map(({ from, to }) => (to ?? life.readAt) - from)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0)
    expect(times.reduce((sum, time) => sum + time, 0)).toBe(life.readAt - life.createdAt)
    expect(stays.slice(1).filter((stay, index) => isForbidden(stays[index]!, stay))).toEqual([])
  }
  // The walk is worthless if hardly anything moves.
  expect(moves).toBeGreaterThan(steps)
  expect(await keepStages()).toBe(0)
  await expectBoards()
}, 600_000)

/** Computes the stages that deals keep again. Returns how many deals had others than their history. */
async function keepStages(): Promise<number> {
  const { rows } = await api.pool.query("select keep_stages(2, 'deal')::integer as changed")
  return rows[0].changed
}

it('computes the stages that records keep again, and finds what is different', async () => {
  const [first, second] = deals
  const kept = () => api.pool.query('select id, entered_stages, process_stage, final_left_at from deal order by id')
  const before = (await kept()).rows
  await api.pool.query(
    "update deal set entered_stages = '{1}', process_stage = null, final_left_at = now() where id = any($1)",
    [[first, second]],
  )
  expect(await keepStages()).toBe(2)
  expect((await kept()).rows).toEqual(before)
  expect(await keepStages()).toBe(0)
})

function isForbidden(before: Stay, after: Stay): boolean {
  const [first] = pipelines.keys()
  const isWithin = before.pipelineId === after.pipelineId && after.pipelineId !== first
  return isWithin && !(next[before.stageId] ?? [after.stageId]).includes(after.stageId)
}

/** Compares the board of each pipeline with the lists of its stages. */
async function expectBoards(): Promise<void> {
  for (const id of pipelines.keys()) {
    const { body } = await api
      .call('get', `/v1/types/deal/pipelines/${id}/board?count=exact&sums=true&limit=100`)
      .expect(200)
    for (const { stage, data, total, sums } of body.columns) {
      const query = `filter[pipelineId]=${id}&filter[stageId]=${stage.id}&limit=500&count=exact`
      const { body: list } = await api.call('get', `/v1/deals?${query}`).expect(200)
      expect({ total, data }).toEqual({ total: list.total, data: list.data })
      const known = list.data.filter(({ amount }: { amount: string | null }) => amount !== null)
      for (const { amount, currency } of sums) {
        const own = known.filter((one: { currency: string }) => one.currency === currency)
        const sum = own.reduce((all: number, one: { amount: string }) => all + Number(one.amount), 0)
        expect(Number(amount)).toBe(sum)
      }
    }
  }
}
