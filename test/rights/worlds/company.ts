import { systemTypes } from '../../../src/entities/types.ts'
import { type Api, aUser } from '../../api.ts'
import { attach } from '../../attachments/attached.ts'
import { aFile } from '../../files/stored.ts'
import type { Saved } from '../../seed.ts'

/** A company with one restricted employee, and everything that requests may name. */
export interface Company {
  /** The key of Anna, the restricted employee. */
  key: string
  users: Record<'anna' | 'boris' | 'oleg', number>
  /** Ids of the records that Anna may read and of those that she may not, by the plural of their type. */
  seen: Record<string, number[]>
  unseen: Record<string, number[]>
  /** Unseen records to which nothing that Anna sees refers. */
  lone: Record<string, number[]>
}

/** The user fields of every type that Anna sees, and those that are hidden from her. */
export const shownFields = [
  { code: 'city', kind: 'string', label: 'City', searchable: true },
  { code: 'grade', kind: 'enumeration', label: 'Grade', options: ['a', 'b', 'c'].map(option) },
  { code: 'tags', kind: 'string', label: 'Tags', multiple: true },
  { code: 'score', kind: 'integer', label: 'Score' },
]
export const hiddenFields = [
  { code: 'secret', kind: 'string', label: 'Secret', searchable: true },
  { code: 'margin', kind: 'decimal', label: 'Margin', required: true },
  { code: 'verdict', kind: 'enumeration', label: 'Verdict', options: ['good', 'bad'].map(option) },
  { code: 'clues', kind: 'string', label: 'Clues', multiple: true },
  { code: 'paper', kind: 'file', label: 'Paper' },
  { code: 'due', kind: 'date', label: 'Due' },
  { code: 'urgent', kind: 'boolean', label: 'Urgent' },
]

function option(code: string) {
  return { code, label: code.toUpperCase() }
}

/** The levels of Anna's role, from one type to the next. She reads no won deals, and no invoices at all. */
const cells: Record<string, object> = {
  lead: everything('department'),
  deal: everything('department'),
  contact: everything('opened'),
  company: { ...everything('own'), delete: 'none' },
  quote: { ...everything('own'), export: 'none' },
}

function everything(level: string) {
  const operations = ['read', 'add', 'update', 'delete', 'export', 'import', 'move']
  return Object.fromEntries(operations.map((operation) => [operation, level]))
}

/** The types with the fields of every kind. The others have the first three hidden fields. */
const rich: readonly string[] = ['deal', 'contact']
/** Returns the hidden fields of a type. */
export const hiddenFieldsOf = (type: string) => (rich.includes(type) ? hiddenFields : hiddenFields.slice(0, 3))

/** Creates the company. The same steps give the same ids in every database. */
export async function createCompany(api: Api): Promise<Company> {
  const { key, users } = await createPeople(api)
  for (const { code } of systemTypes) {
    for (const field of [...shownFields, ...hiddenFieldsOf(code)]) await send(api, `/v1/types/${code}/fields`, field)
  }
  await api.pool.query(`update user_field set restricted = true where code = any($1)`, [
    hiddenFields.map(({ code }) => code),
  ])
  await demandHiddenField(api)
  await planSales(api, users)
  const pairs = ['city', 'secret', 'margin'].map((code) => ({ from: `userFields.${code}`, to: `userFields.${code}` }))
  await api.call('put', '/v1/leads/conversion-map', { deal: pairs, contact: pairs, company: pairs }).expect(200)
  const compared = { fields: ['userFields.secret', 'userFields.grade'] }
  await api.call('put', '/v1/contacts/duplicates/settings', compared).expect(200)
  for (const type of ['deal', 'contact']) await showHiddenFields(api, type)
  const records = await createRecords(api, users)
  await attachFiles(api, records)
  await actAsAnna({ ...api, call: api.as(key) }, records.seen)
  return { key, users, ...records }
}

/** Puts the fields that Anna does not see into the common card, among others and in a section of their own. */
async function showHiddenFields(api: Api, type: string) {
  const [first, ...others] = [...shownFields, ...hiddenFieldsOf(type)].map(({ code }) => ({
    field: `userFields.${code}`,
  }))
  const own = { name: 'main', title: 'Main', fields: [{ field: 'responsibleId' }, first, ...others.splice(-1)] }
  const sections = [own, { name: 'special', title: 'Special', fields: others }]
  await api.call('put', `/v1/types/${type}/card`, { scope: 'common', sections }).expect(200)
}

async function createPeople(api: Api) {
  const people = { anna: await aUser(api.db), boris: await aUser(api.db), oleg: await aUser(api.db) }
  const { anna, boris } = people
  const department = await send(api, '/v1/departments', { name: 'Sales', headId: boris.userId })
  await api.pool.query('insert into user_department (user_id, department_id) values ($1, $2)', [
    ...[anna.userId, department.id],
  ])
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  const won = { type: 'deal', pipelineId: body.data[0].id, stageId: 'WON', operations: { read: 'none' } }
  const permissions = Object.entries(cells).map(([type, operations]) => ({ type, operations }))
  const withMove = new Set(['lead', 'deal', 'quote'])
  for (const one of permissions) if (!withMove.has(one.type)) delete (one.operations as { move?: string }).move
  await send(api, '/v1/roles', {
    name: 'Sales',
    permissions: [...permissions, won],
    members: { userIds: [anna.userId] },
  })
  const ids = Object.entries(people).map(([name, { userId }]) => [name, userId])
  return { key: anna.key, users: Object.fromEntries(ids) as Company['users'] }
}

/** Anna reads the sales plan of the company and her own, and not that of Oleg. */
async function planSales(api: Api, { anna, oleg }: Company['users']) {
  for (const scope of [{}, { userId: anna }, { userId: oleg }]) {
    await send(api, '/v1/sales-plans', { month: '2026-11', type: 'deal', amount: '90', currency: 'RUB', ...scope })
  }
}

/** Makes a stage of deals demand a field that Anna does not see, and one that she sees. */
async function demandHiddenField(api: Api) {
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  const path = `/v1/types/deal/pipelines/${body.data[0].id}/stages/EXECUTING`
  await api.call('patch', path, { requiredFields: ['userFields.verdict', 'userFields.city'] }).expect(200)
}

async function createRecords(api: Api, { anna, boris, oleg }: Company['users']) {
  const seen: Record<string, number[]> = {}
  const unseen: Record<string, number[]> = {}
  const lone: Record<string, number[]> = {}
  // Companies and contacts first: the others refer to them.
  const order = ['companies', 'contacts', 'leads', 'quotes', 'deals', 'invoices']
  for (const plural of order) {
    const isOwn = plural === 'companies' || plural === 'quotes'
    const isClosed = plural === 'invoices'
    const add = async (list: Record<string, number[]>, index: number, more: object) => {
      const links = linksFor(plural, index, seen, unseen)
      const { id } = await send(api, `/v1/${plural}`, { ...values(plural, index), ...links, ...more })
      list[plural] = [...(list[plural] ?? []), id]
    }
    for (let index = 0; index < 8; index++) {
      const responsibleId = isOwn || index % 2 ? anna : boris
      if (!isClosed) await add(seen, index, { responsibleId, opened: index % 3 > 0 })
      if (index % 2) await add(unseen, index, { responsibleId: oleg, opened: false })
      else await add(lone, index, { responsibleId: isOwn && index % 4 ? boris : oleg, opened: false })
    }
    seen[plural] ??= []
  }
  for (const plural of order) unseen[plural] = [...unseen[plural]!, ...lone[plural]!]
  await discard(api, seen, unseen)
  await addTwins(api, seen, anna)
  return { seen, unseen, lone }
}

/** Attaches files to records that Anna sees, and others to records that she does not see. */
async function attachFiles(api: Api, { seen, unseen }: Pick<Company, 'seen' | 'unseen'>) {
  const [shown, both, hidden] = [await aFile(api, 'a', 'Omsk.txt'), await aFile(api, 'b'), await aFile(api, 'c')]
  for (const plural of Object.keys(seen)) {
    for (const id of seen[plural]!.slice(0, 3)) await attach(api, `${plural}/${id}`, shown, both)
    for (const id of unseen[plural]!.slice(0, 3)) await attach(api, `${plural}/${id}`, both, hidden)
  }
}

/** Adds records that are like seen ones, so that there are groups of duplicates. */
async function addTwins(api: Api, seen: Company['seen'], responsibleId: number) {
  for (const plural of ['companies', 'contacts', 'leads']) {
    for (const index of [1, 2, 4]) {
      const { id } = await send(api, `/v1/${plural}`, { ...values(plural, index), responsibleId, opened: true })
      seen[plural]!.push(id)
    }
  }
}

/** Anna changes records, and deletes one of those that she created. */
async function actAsAnna(anna: Api, seen: Company['seen']) {
  for (const plural of ['contacts', 'leads', 'deals']) {
    const name = plural === 'contacts' ? { lastName: 'Gone' } : { title: 'Gone' }
    const { id } = await send(anna, `/v1/${plural}`, { ...name, userFields: { city: 'Omsk' } })
    await anna.call('delete', `/v1/${plural}/${id}`).expect(204)
    await anna.call('patch', `/v1/${plural}/${seen[plural]![1]}`, { comment: 'by Anna' }).expect(200)
  }
}

/** Deletes some records, which Anna does not see in the recycle bin. */
async function discard(api: Api, ...lists: Record<string, number[]>[]) {
  for (const list of lists) {
    for (const [plural, ids] of Object.entries(list)) {
      if (ids.length) await api.call('delete', `/v1/${plural}/${ids.at(-1)}`).expect(204)
    }
  }
}

/** Records refer to seen and to unseen ones, but not to those that may vanish. */
function linksFor(plural: string, index: number, seen: Company['seen'], unseen: Company['unseen']): object {
  if (plural === 'companies' || plural === 'contacts') return {}
  const one = (list: Record<string, number[]>, of: string) => list[of]![index % list[of]!.length]!
  const [list, other] = index % 3 ? [seen, unseen] : [unseen, seen]
  return {
    companyId: one(list, 'companies'),
    contacts: [{ id: one(list, 'contacts') }, { id: one(other, 'contacts') }],
    ...(plural === 'deals' && { leadId: one(list, 'leads'), quoteId: one(other, 'quotes') }),
  }
}

const words = ['Omsk', 'Kazan', 'Vector', 'Пётр', 'Romashka', 'Ёлка', 'Ural', 'Sever']

/** The values of a record that are the same in every world. */
function values(plural: string, index: number): object {
  const word = (shift: number) => words[(index + shift) % words.length]!
  const isPerson = plural === 'contacts' || plural === 'leads'
  const isStaged = plural === 'leads' || plural === 'deals'
  const reachable = isPerson || plural === 'companies'
  return {
    ...(plural !== 'contacts' && { title: `${word(0)} ${plural}` }),
    ...(isPerson && {
      firstName: word(1),
      lastName: word(2),
      birthDate: `19${70 + (index % 8)}-05-0${1 + (index % 8)}`,
    }),
    ...(isStaged && { amount: `${index * 100}.50` }),
    ...(plural === 'deals' && index % 4 === 3 && { closeDate: '2026-03-01' }),
    ...(reachable && {
      phones: [{ kind: 'work', value: `+7495123${String(4500 + index)}` }],
      emails: [{ value: `${plural}${index}@example.com` }],
    }),
    comment: index % 2 ? `${word(3)} again` : null,
    utm: { source: word(4), medium: null, campaign: null, content: null, term: null },
    externalIds: index % 2 ? [{ source: 'erp', key: `${plural}-${index}-${nextKey()}` }] : [],
    userFields: { city: word(5), grade: ['a', 'b', 'c', null][index % 4], tags: [word(6)], score: index, margin: '1' },
  }
}

let keys = 0
function nextKey(): number {
  return ++keys
}

/** Creates something. Fails loudly, so that no part of the company is missing. */
export async function send(api: Pick<Api, 'call'>, path: string, body: object): Promise<Saved> {
  const answer = await api.call('post', path, body)
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body as Saved
}
