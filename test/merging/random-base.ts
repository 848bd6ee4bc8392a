import { attach } from '../attachments/attached.ts'
import { aGround } from '../fields/kinds/ground.ts'
import type { Ground } from '../fields/kinds/kind-row.ts'
import { kindRows } from '../fields/kinds/rows.ts'
import { aFile } from '../files/stored.ts'
import type { JobApi } from '../jobs.ts'
import { aRecord } from '../seed.ts'
import type { Random } from '../storm/random.ts'

/** Paths of lists by the code of the type. Records of earlier types come first. */
export const paths: Readonly<Record<string, string>> = {
  ...{ company: 'companies', contact: 'contacts', lead: 'leads', quote: 'quotes', deal: 'deals', invoice: 'invoices' },
  parcel: 'types/parcel/items',
}

/** A base with records of all types and every kind of user field, which refer to each other at random. */
export interface RandomBase {
  api: JobApi
  ground: Ground
  random: Random
  /** Ids of the live records by the code of their type. */
  ids: Record<string, number[]>
}

/** The types with user fields of every kind. */
const rich = ['company', 'contact', 'deal', 'parcel']

const codeOf = ({ kind, multiple }: (typeof kindRows)[number]) => `${kind.toLowerCase()}_${multiple ? 'list' : 'one'}`

/** Creates a random base. */
export async function aRandomBase(api: JobApi, random: Random, count = 6): Promise<RandomBase> {
  const ground = await aGround(api)
  const relations = { parents: ['quote', 'deal'] }
  const features = ['client', 'money', 'communications', 'address', 'source', 'observers', 'recycleBin']
  await api.call('post', '/v1/types', { code: 'parcel', title: 'Parcel', features, relations }).expect(201)
  for (const type of rich) {
    for (const row of kindRows) {
      const { kind, multiple } = row
      const field = { code: codeOf(row), kind, multiple, label: codeOf(row), ...row.of(ground).field }
      await api.call('post', `/v1/types/${type}/fields`, field).expect(201)
    }
  }
  // The indexes of the fields.
  await api.work()
  const files = await Promise.all(['a', 'b', 'c', 'd'].map((content) => aFile(api, content)))
  const base: RandomBase = { api, ground, random, ids: {} }
  for (const [type, path] of Object.entries(paths)) {
    const records: number[] = []
    base.ids[type] = records
    for (let index = 0; index < count; index++) {
      const { id } = await aRecord(api, path, { ...valuesOf(base, type), ...linksOf(base, type) })
      records.push(id)
      const attached = files.filter(() => random.chance(0.3))
      if (attached.length) await attach(api, `${path}/${id}`, ...attached)
    }
    // Some are in the recycle bin, and still refer to others.
    await api.call('delete', `/v1/${path}/${records.pop()}`).expect(204)
  }
  return base
}

let keys = 0

/** Returns random values of a record. Each record has some values that others have too, and some of its own. */
export function valuesOf({ ground, random }: RandomBase, type: string): Record<string, unknown> {
  const sometimes = (value: object) => (random.chance(0.5) ? value : {})
  const isPerson = type === 'contact' || type === 'lead'
  const isReached = isPerson || type === 'company' || type === 'parcel'
  const numbers = ['+7 945 123-45-67', '8 945 123 45 67', '+7 495 765-43-21', '+7 812 111-22-33']
  return {
    comment: random.pick(['a', 'b', null]),
    observers: ground.users.filter(() => random.chance(0.5)),
    ...sometimes({ externalIds: [{ source: 'erp', key: `${type}-${++keys}` }] }),
    ...(type !== 'contact' && { title: random.pick(['Vector', 'Stream']) }),
    ...(isPerson && { firstName: random.pick(['Ivan', 'Anna']), ...sometimes({ birthDate: '1980-02-03' }) }),
    ...(isReached && {
      phones: numbers.filter(() => random.chance(0.4)).map((value) => ({ value })),
      emails: random.chance(0.3) ? [{ value: 'one@vector.example' }] : [],
      ...sometimes({ address: { city: random.pick(['Omsk', 'Kazan']) } }),
    }),
    ...(!isPerson && type !== 'company' && sometimes({ amount: '10.50', currency: random.pick(['RUB', 'USD']) })),
    ...(rich.includes(type) && { userFields: userFieldsOf({ ground, random }) }),
  }
}

function userFieldsOf({ ground, random }: Pick<RandomBase, 'ground' | 'random'>): Record<string, unknown> {
  return Object.fromEntries(
    kindRows.map((row) => {
      const [first, second] = row.of(ground).values
      return [codeOf(row), random.pick([first.given, second.given, null])]
    }),
  )
}

/** Returns random links of a record to records that exist. */
export function linksOf({ ids, random }: Pick<RandomBase, 'ids' | 'random'>, type: string): Record<string, unknown> {
  const some = (of: string) => (ids[of] ?? []).filter(() => random.chance(0.5)).map((id) => ({ id }))
  const one = (of: string) => (ids[of]?.length && random.chance(0.7) ? random.pick(ids[of]!) : null)
  const withPrimary = (list: { id: number }[]) => {
    const primary = list.length ? random.below(list.length) : 0
    return list.map((link, index) => (index === primary ? { ...link, primary: true } : link))
  }
  if (type === 'company') return {}
  if (type === 'contact') return { companies: withPrimary(some('company')) }
  return {
    companyId: one('company'),
    contacts: withPrimary(some('contact')),
    ...((type === 'quote' || type === 'deal') && { leadId: one('lead') }),
    ...(type === 'invoice' && { quoteId: one('quote'), dealId: one('deal') }),
    ...(type === 'parcel' && { dealId: one('deal'), quoteId: one('quote') }),
  }
}

/** A merge that was made. */
export interface MadeMerge {
  id: number
  type: string
  survivorId: number
  ids: number[]
}

/** Merges random records of a random type, with random choices. Returns nothing if there are too few. */
export async function mergeAtRandom(base: RandomBase): Promise<MadeMerge | undefined> {
  const { api, ids, random } = base
  const type = random.pick(Object.keys(paths))
  const records = ids[type]!
  if (records.length < 2) return
  const chosen = records.toSorted(() => random.below(3) - 1).slice(0, 2 + random.below(Math.min(3, records.length - 1)))
  const [survivorId, ...others] = chosen as [number, ...number[]]
  const fields = ['comment', ...(type === 'contact' ? [] : ['title']), ...(rich.includes(type) ? singleFields : [])]
  const choices = Object.fromEntries(
    fields
      .filter(() => random.chance(0.3))
      .map((field) => [field, random.pick(field === 'title' ? [survivorId] : chosen)]),
  )
  const { status, body } = await api.call('post', `/v1/${paths[type]}/merge`, { survivorId, ids: others, choices })
  if (status !== 200) throw new Error(`${type} ${status} ${JSON.stringify(body)}`)
  ids[type] = records.filter((id) => !others.includes(id))
  return { id: body.id, type, survivorId, ids: others }
}

const singleFields = kindRows.filter(({ multiple }) => !multiple).map((row) => `userFields.${codeOf(row)}`)

/** Undoes merges in a random order. A merge that is needed by a later one waits for that. */
export async function undoAll(base: RandomBase, merges: readonly MadeMerge[]): Promise<{ field: string }[]> {
  const { api, random } = base
  const open = new Map(merges.map((merge) => [merge.id, merge]))
  const kept: { field: string }[] = []
  for (let next = random.pick([...open.values()]); open.size; ) {
    const { status, body } = await api.call('post', `/v1/merges/${next.id}/revert`)
    if (status === 409 && body.code === 'later_merge') {
      next = open.get(body.firstId)!
      continue
    }
    if (status !== 200) throw new Error(`${JSON.stringify(next)} ${status} ${JSON.stringify(body)}`)
    kept.push(...body.kept)
    base.ids[next.type]!.push(...next.ids)
    open.delete(next.id)
    next = random.pick([...open.values()])
  }
  return kept
}

/** Undoes a merge. */
export async function undo({ api, ids }: RandomBase, merge: MadeMerge) {
  const { status, body } = await api.call('post', `/v1/merges/${merge.id}/revert`)
  if (status !== 200) throw new Error(`${JSON.stringify(merge)} ${status} ${JSON.stringify(body)}`)
  ids[merge.type]!.push(...merge.ids)
  return body
}
