import { type Plural, plurals, types } from './account.ts'
import { type Action, type Actor, one } from './actor.ts'

/** Fields for filters and sort orders. One in three is created and deleted meanwhile. */
function aField(actor: Actor, plural: Plural): string {
  const passing = actor.account.fields.filter((field) => field.plural === plural && field.kind !== 'file')
  if (!passing.length || actor.random.chance(0.6)) return actor.random.pick(['id', 'createdAt', 'updatedAt'])
  const { code, kind } = actor.random.pick(passing)
  return `userFields.${code}${kind === 'money' ? '.amount' : ''}`
}

const refused = ['userFields', 'not_sortable', 'links_not_sortable', 'unknown_value', 'unknown_operator']

async function list(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const query = new URLSearchParams({ limit: String(1 + actor.random.below(100)), count: 'exact' })
  if (actor.random.chance(0.5)) query.set('sort', aField(actor, plural))
  if (actor.random.chance(0.5)) query.set(`filter[${aField(actor, plural)}][isEmpty]`, 'false')
  if (actor.random.chance(0.3)) query.set('fields', `id,comment,${aField(actor, plural)}`)
  if (actor.random.chance(0.5)) query.set('expand', 'responsible')
  const expected = ['200', ...refused.map((code) => `400 ${code}`)]
  let next: string | null = null
  for (let page = 0; page < 3; page++) {
    if (next) query.set('cursor', next)
    const path = `/v1/${plural}?${query}`
    const answer = await actor.client.send<{ page: { next: string | null } }>({ method: 'GET', path }, ...expected)
    next = answer.status === 200 ? answer.body.page.next : null
    if (!next) return
  }
}

async function search(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const kept = one(actor, { plural })
  const filter = {
    or: [
      { field: aField(actor, plural), op: 'isEmpty', value: false },
      { not: { field: 'comment', op: 'contains', value: actor.name } },
    ],
  }
  const options = actor.account.fields.filter((field) => field.plural === plural && field.kind === 'enumeration')
  const facets = ['opened', ...options.slice(0, 1).map(({ code }) => `userFields.${code}`)]
  const expected = ['200', ...refused.map((code) => `422 ${code}`)]
  const q = kept && actor.random.chance(0.5) ? { q: kept.name } : {}
  const body = { filter, ...q, facets, limit: 20 }
  await actor.client.send({ method: 'POST', path: `/v1/${plural}/search`, body }, ...expected)
  await actor.client.send({ method: 'POST', path: `/v1/${plural}/count`, body: { filter, ...q } }, ...expected)
  if (kept) await actor.client.send({ method: 'GET', path: `/v1/search?q=${kept.name}` }, '200')
}

/** Reads a record twice, and its history. */
async function read(actor: Actor): Promise<void> {
  const kept = one(actor, { plural: actor.random.pick(plurals) }, true)
  if (!kept) return
  const path = `/v1/${kept.plural}/${kept.id}`
  const gone = '404 record_not_found'
  const { headers, status } = await actor.client.send({ method: 'GET', path }, '200', gone)
  if (status !== 200) return
  const known = { 'if-none-match': headers.get('etag')! }
  await actor.client.send({ method: 'GET', path, headers: known }, '200', '304', gone)
  await actor.client.send({ method: 'GET', path: `${path}/history` }, '200', gone)
  if (types[kept.plural].stages.length) {
    await actor.client.send({ method: 'GET', path: `${path}/stage-history` }, '200', gone)
  }
}

async function exported(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const query = actor.random.chance(0.5) ? 'mode=raw' : `fields=id,${aField(actor, plural)}`
  const { text } = await actor.client.send(
    { method: 'GET', path: `/v1/${plural}/export?${query}` },
    '200',
    '400 userFields',
  )
  if (!text.length) throw new Error(`The export of ${plural} is empty`)
}

async function bin(actor: Actor): Promise<void> {
  const path = '/v1/recycle-bin'
  const { body } = await actor.client.send<{ data: { id: string }[] }>({ method: 'GET', path }, '200')
  if (!body.data.length) return
  const entry = `${path}/${actor.random.pick(body.data).id}`
  await actor.client.send({ method: 'GET', path: entry }, '200', '404 not_in_recycle_bin')
}

const lookups = [
  'me',
  'users',
  'settings',
  'limits',
  'dictionaries',
  'currencies',
  'departments',
  'groups',
  'types',
  'jobs',
]
const lookUp = ({ client, random }: Actor) => client.send({ method: 'GET', path: `/v1/${random.pick(lookups)}` }, '200')

/** Actions that change nothing. */
export const reading: Action[] = [
  { weight: 5, run: list },
  { weight: 4, run: search },
  { weight: 4, run: read },
  { weight: 2, run: exported },
  { weight: 1, run: bin },
  { weight: 1, run: lookUp },
]
