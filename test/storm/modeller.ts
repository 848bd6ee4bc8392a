import { changing, type TemporaryField, types } from './account.ts'
import { type Action, type Actor, one } from './actor.ts'

const kinds = ['string', 'text', 'integer', 'decimal', 'boolean', 'date', 'datetime', 'money', 'file']
const single = ['boolean', 'money', 'file']

const pathOf = ({ plural }: Pick<TemporaryField, 'plural'>) => `/v1/types/${types[plural].code}/fields`

/** Adds a field, or handles that its code is taken. */
async function add(actor: Actor): Promise<void> {
  const { random, account, client } = actor
  const plural = random.pick(changing)
  const code = `v${changing.indexOf(plural)}_${random.below(6)}`
  if (account.fields.some((field) => field.plural === plural && field.code === code && isThere(field))) return
  const kind = random.chance(0.3) ? 'enumeration' : random.pick(kinds)
  const multiple = !single.includes(kind) && random.chance(0.3)
  const options = kind === 'enumeration' ? ['a', 'b', 'c'] : []
  const field: TemporaryField = { plural, code, kind, multiple, options, askedAt: performance.now() }
  const searchable = (kind === 'string' || kind === 'text') && random.chance(0.5)
  const body = { code, kind, multiple, label: code, searchable, ...(options.length && { options: optionsOf(options) }) }
  await client.send({ method: 'POST', path: pathOf(field), body }, '201')
  account.fields = [...account.fields.filter((other) => other.plural !== plural || other.code !== code), field]
}

const optionsOf = (codes: string[]) => codes.map((code) => ({ code, label: code }))
/** Deletes fields, which others continue to write for a while. */
const deleted = new WeakSet<TemporaryField>()
export const isThere = (field: TemporaryField) => !deleted.has(field)

async function remove(actor: Actor): Promise<void> {
  const field = aField(actor)
  if (!field) return
  const path = `${pathOf(field)}/${field.code}`
  if (actor.random.chance(0.3)) await actor.client.send({ method: 'DELETE', path: `${path}?dryRun=true` }, '200')
  await actor.client.send({ method: 'DELETE', path }, '204')
  deleted.add(field)
}

function aField({ account, random }: Actor, kind?: string): TemporaryField | undefined {
  const found = account.fields.filter((field) => isThere(field) && (kind ?? field.kind) === field.kind)
  return found.length ? random.pick(found) : undefined
}

/** Removes or adds an option. An option in use cannot be removed. */
async function changeOptions(actor: Actor): Promise<void> {
  const field = aField(actor, 'enumeration')
  if (!field) return
  const isLess = field.options.length > 1 && actor.random.chance(0.6)
  const gone = actor.random.pick(field.options)
  const options = isLess
    ? field.options.filter((code) => code !== gone)
    : [...field.options, `o${actor.account.next++}`]
  const ask = {
    method: 'PATCH' as const,
    path: `${pathOf(field)}/${field.code}`,
    body: { options: optionsOf(options) },
  }
  const { status } = await actor.client.send(ask, '200', ...(isLess ? ['422 option_in_use', '422 userFields'] : []))
  if (status === 200) field.options = options
}

async function change(actor: Actor): Promise<void> {
  const field = aField(actor)
  if (!field) return
  const body = { label: `${field.code} ${actor.account.next++}`, sort: actor.random.below(100) }
  await actor.client.send({ method: 'PATCH', path: `${pathOf(field)}/${field.code}`, body }, '200')
  await actor.client.send({ method: 'GET', path: pathOf(field) }, '200')
  await actor.client.send({ method: 'GET', path: `${pathOf(field)}/${field.code}` }, '200')
}

/** Adds a stage to the pipeline of deals, and deletes it while a deal enters it. */
async function passStage(actor: Actor): Promise<void> {
  const { account, client } = actor
  const deal = one(actor, { plural: 'deals' }, true)
  if (!deal) return
  const pipelines = '/v1/types/deal/pipelines'
  const { body } = await client.send<{ data: { id: number }[] }>({ method: 'GET', path: pipelines }, '200')
  const [stages, id] = [`${pipelines}/${body.data[0]!.id}/stages`, `P${account.next++}`]
  await client.send({ method: 'POST', path: stages, body: { id, name: id } }, '201')
  const entering = { method: 'PATCH' as const, path: `/v1/deals/${deal.id}`, body: { stageId: id } }
  const leaving = { method: 'DELETE' as const, path: `${stages}/${id}` }
  const [, left] = await Promise.all([
    client.send(entering, '200', '404 record_not_found', '422 unknown_stage', '422 unknown_value'),
    client.send(leaving, '204', '409 stage_in_use'),
  ])
  if (left.status === 204) return
  const moving = await client.send<{ id: number }>({ ...leaving, path: `${leaving.path}?moveTo=NEW` }, '202', '204')
  if (moving.status === 202) account.jobs.add(moving.body.id)
}

/** Adds an entry to the dictionary of sources, and deletes it while a record gets it. */
async function passEntry(actor: Actor): Promise<void> {
  const { account, client } = actor
  const record = one(actor, {}, true)
  if (!record) return
  const [path, code] = ['/v1/dictionaries/SOURCE/entries', `P${account.next++}`]
  await client.send({ method: 'POST', path, body: { code, label: code } }, '201')
  const getting = { method: 'PATCH' as const, path: `/v1/${record.plural}/${record.id}`, body: { source: code } }
  const leaving = { method: 'DELETE' as const, path: `${path}/${code}` }
  const [, left] = await Promise.all([
    client.send(getting, '200', '404 record_not_found', '422 unknown_value'),
    client.send(leaving, '204', '409 entry_in_use'),
  ])
  if (left.status === 204) return
  const replaced = `${leaving.path}?replaceWith=${actor.random.pick(['OTHER', 'WEB'])}`
  const replacing = await client.send<{ id: number }>({ ...leaving, path: replaced }, '202', '204')
  if (replacing.status === 202) account.jobs.add(replacing.body.id)
}

/** Actions on the model. */
export const modelling: Action[] = [
  { weight: 5, run: add },
  { weight: 3, run: remove },
  { weight: 6, run: changeOptions },
  { weight: 1, run: change },
  { weight: 2, run: passStage },
  { weight: 2, run: passEntry },
]
