import type { Saved } from '../seed.ts'
import { type Account, type Kept, mayBePurged, type Plural, plurals, types } from './account.ts'
import { type Action, type Actor, newComment, newRecord, one } from './actor.ts'
import { passingValues } from './passing-values.ts'

const gone = '404 record_not_found'
const pathOf = ({ plural, id }: Kept) => `/v1/${plural}/${id}`

/** Adds a created record to the account. */
export function keep(actor: Actor, plural: Plural, created: Saved, more: Partial<Kept> = {}): Kept {
  const name = created[types[plural].name] as string
  const kept: Kept = {
    ...{ plural, id: created.id, owner: actor.name, name, comments: [created.comment as string | null] },
    ...{ place: 'there', counted: 0, created, ...more },
  }
  actor.account.records.push(kept)
  return kept
}

async function create(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const { account, random } = actor
  const values = passingValues(account, plural, random)
  const file = account.files.length && random.chance(0.2) ? { id: random.pick(account.files) } : null
  const body = {
    ...newRecord(actor, plural).body,
    ...(plural === 'contacts' && { photo: file, ...links(actor, 'companies') }),
    ...(plural === 'companies' && { logo: file, ...links(actor, 'contacts') }),
    ...(plural === 'deals' && { amount: `${random.below(1000)}.00`, ...links(actor, 'contacts') }),
    userFields: values.userFields,
  }
  const ask = { method: 'POST' as const, path: `/v1/${plural}`, body }
  const answer = await actor.client.send<Saved>(ask, '201', '422 userFields', '422 not_found_reference')
  if (answer.status !== 201) return
  values.acknowledge()
  keep(actor, plural, answer.body)
}

/** Returns links to a few records, or to one that was just deleted. */
function links(actor: Actor, field: 'contacts' | 'companies'): object {
  const linked = one(actor, { plural: field }, true)
  return linked ? { [field]: [{ id: linked.id }] } : {}
}

async function comment(actor: Actor): Promise<void> {
  const kept = one(actor, {})
  if (!kept) return
  const values = passingValues(actor.account, kept.plural, actor.random)
  const written = newComment(actor)
  const body = { comment: written, userFields: values.userFields }
  const { status } = await actor.client.send({ method: 'PATCH', path: pathOf(kept), body }, '200', '422 userFields')
  if (status !== 200) return
  values.acknowledge()
  kept.comments = [written]
}

/** Sets the source of a record, which every actor may write. */
async function describe(actor: Actor): Promise<void> {
  const kept = one(actor, {}, true)
  if (!kept) return
  const body = { sourceDescription: `${kept.id} says ${actor.name}` }
  await actor.client.send({ method: 'PATCH', path: pathOf(kept), body }, '200', gone)
}

/** Increments a record if it is unchanged since it was read. */
async function countUp(actor: Actor): Promise<void> {
  const kept = one(actor, { plural: actor.random.pick(['contacts', 'companies', 'deals']) }, true)
  if (!kept) return
  const read = await actor.client.send<Saved>({ method: 'GET', path: pathOf(kept) }, '200', gone)
  if (read.status !== 200) return
  const body = { userFields: { counter: Number((read.body.userFields as Saved).counter ?? 0) + 1 } }
  const headers = { 'if-match': read.headers.get('etag')! }
  const expected = ['200', gone, '412 precondition_failed']
  const { status } = await actor.client.send({ method: 'PATCH', path: pathOf(kept), body, headers }, ...expected)
  if (status === 200) kept.counted++
}

async function link(actor: Actor): Promise<void> {
  const isContact = actor.random.chance(0.5)
  const [plural, field] = isContact ? (['contacts', 'companies'] as const) : (['companies', 'contacts'] as const)
  const [own, linked] = [one(actor, { plural }, true), one(actor, { plural: field }, true)]
  if (!own || !linked) return
  const list = actor.random.pick([
    { add: [{ id: linked.id }] },
    { add: [{ id: linked.id, primary: true }] },
    { remove: [linked.id] },
    [{ id: linked.id }],
  ])
  const ask = { method: 'PATCH' as const, path: pathOf(own), body: { [field]: list } }
  await actor.client.send(ask, '200', gone, '422 not_found_reference')
}

async function move(actor: Actor): Promise<void> {
  const plural = actor.random.pick(['deals', 'leads', 'quotes', 'invoices'] as const)
  const kept = one(actor, { plural }, true)
  if (!kept) return
  const body = { stageId: actor.random.pick(types[plural].stages) }
  await actor.client.send({ method: 'PATCH', path: pathOf(kept), body }, '200', gone)
}

async function remove(actor: Actor): Promise<void> {
  const kept = one(actor, {})
  if (!kept) return
  kept.deletedAt = performance.now()
  await actor.client.send({ method: 'DELETE', path: pathOf(kept) }, '204')
  kept.place = 'binned'
}

async function restore(actor: Actor): Promise<void> {
  const kept = one(actor, { place: 'binned' })
  if (!kept) return
  const path = `/v1/recycle-bin/${types[kept.plural].prefix}_${kept.id}/restore`
  const { status } = await actor.client.send({ method: 'POST', path }, '200', ...purgedIfEmptied(actor.account, kept))
  kept.place = status === 200 ? 'there' : 'purged'
}

async function purge(actor: Actor): Promise<void> {
  const kept = one(actor, { place: 'binned' })
  if (!kept) return
  const path = `/v1/recycle-bin/${types[kept.plural].prefix}_${kept.id}`
  await actor.client.send({ method: 'DELETE', path }, '204', ...purgedIfEmptied(actor.account, kept))
  kept.place = 'purged'
}

const purgedIfEmptied = (account: Account, kept: Kept) => (mayBePurged(account, kept) ? ['404 not_in_recycle_bin'] : [])

/** Creates or changes by a key of the actor, or by one of a few shared keys. */
async function upsert(actor: Actor): Promise<void> {
  const plural = actor.random.pick(plurals)
  const shared = `shared-${actor.random.below(4)}`
  const isShared = actor.random.chance(0.5)
  const { name, body } = newRecord(actor, plural)
  const path = `/v1/${plural}/external/storm/${isShared ? shared : name}`
  const written = isShared ? { [types[plural].name]: 'Shared', comment: shared } : body
  const ask = { method: 'PUT' as const, path, body: written }
  const answer = await actor.client.send<Saved>(ask, '201', ...(isShared ? ['200'] : []))
  if (!isShared) return void keep(actor, plural, answer.body)
  const id = actor.account.keys.get(path) ?? answer.body.id
  if (id !== answer.body.id) throw new Error(`${path} is ${id} and ${answer.body.id}`)
  actor.account.keys.set(path, id)
}

async function read(actor: Actor): Promise<void> {
  for (const [path, id] of actor.account.keys) {
    if (actor.random.chance(0.8)) continue
    const { body } = await actor.client.send<Saved>({ method: 'GET', path }, '200')
    if (body.id !== id) throw new Error(`${path} is ${id} and ${body.id}`)
  }
}

async function upload(actor: Actor): Promise<void> {
  const headers = { 'content-type': 'text/plain' }
  const ask = { method: 'POST' as const, path: `/v1/files?name=${actor.name}.txt`, body: newComment(actor), headers }
  const { body } = await actor.client.send<Saved>(ask, '201')
  const path = `/v1/files/${body.id}`
  await actor.client.send({ method: 'GET', path }, '200')
  const { text } = await actor.client.send({ method: 'GET', path: `${path}/content` }, '200')
  if (text !== ask.body) throw new Error(`The file ${body.id} has ${text} in it, not ${ask.body}`)
  if (actor.random.chance(0.3)) await actor.client.send({ method: 'DELETE', path }, '204')
  else actor.account.files.push(body.id)
}

/** Actions of a writer on single records. */
export const writing: Action[] = [
  { weight: 6, run: create },
  { weight: 6, run: comment },
  { weight: 4, run: describe },
  { weight: 4, run: countUp },
  { weight: 5, run: link },
  { weight: 4, run: move },
  { weight: 3, run: remove },
  { weight: 3, run: restore },
  { weight: 1, run: purge },
  { weight: 4, run: upsert },
  { weight: 1, run: read },
  { weight: 1, run: upload },
]
