import type { Saved } from '../seed.ts'
import { type Kept, type Plural, plurals, types } from './account.ts'
import { type Action, type Actor, newComment, newRecord, one } from './actor.ts'
import { type PassingValues, passingValues } from './passing-values.ts'
import { keep } from './writer.ts'

interface Item {
  status: number
  record?: Saved
  problem?: { code: string }
}
/** An operation, and what to record once it is done. */
interface Planned {
  operation: object
  note(record: Saved | undefined): void
}

/** Sends operations on records of one type or several, atomic or not. */
async function batch(actor: Actor): Promise<void> {
  const only = actor.random.chance(0.5) ? actor.random.pick(plurals) : undefined
  const touched = new Set<Kept>()
  const planned = Array.from({ length: 1 + actor.random.below(8) }, () => {
    const plural = only ?? actor.random.pick(plurals)
    const kept = one(actor, { plural })
    if (!kept || touched.has(kept) || actor.random.chance(0.5)) return creation(actor, plural)
    touched.add(kept)
    return actor.random.chance(0.8) ? change(actor, kept) : deletion(kept)
  })
  const atomic = actor.random.chance(0.5)
  const body = { atomic, operations: planned.map(({ operation }) => operation) }
  const ask = { method: 'POST' as const, path: `/v1/${only ? `${only}/` : ''}batch`, body }
  const answer = await actor.client.send<{ results?: Item[] }>(
    ask,
    '200',
    '207',
    '422 userFields',
    '422 batch_rolled_back',
  )
  if (answer.status >= 400) return
  answer.body.results!.forEach(({ status, record }, index) => {
    if (status < 300) planned[index]!.note(record)
  })
}

function creation(actor: Actor, plural: Plural): Planned {
  const values = passingValues(actor.account, plural, actor.random)
  const data = { ...newRecord(actor, plural).body, userFields: values.userFields }
  return {
    operation: { op: 'create', type: types[plural].code, data },
    note(record) {
      values.acknowledge()
      keep(actor, plural, record!)
    },
  }
}

function change(actor: Actor, kept: Kept): Planned {
  const values: PassingValues = passingValues(actor.account, kept.plural, actor.random)
  const comment = newComment(actor)
  return {
    operation: {
      ...{ op: 'update', type: types[kept.plural].code, id: kept.id },
      data: { comment, userFields: values.userFields },
    },
    note() {
      values.acknowledge()
      kept.comments = [comment]
    },
  }
}

function deletion(kept: Kept): Planned {
  const asked = performance.now()
  return {
    operation: { op: 'delete', type: types[kept.plural].code, id: kept.id },
    note: () => void Object.assign(kept, { place: 'binned', deletedAt: asked }),
  }
}

/** Creates a company and a contact linked to it in one request. */
async function family(actor: Actor): Promise<void> {
  const [company, contact] = [newRecord(actor, 'companies'), newRecord(actor, 'contacts')]
  const operations = [
    { op: 'create', type: 'company', as: 'firm', data: company.body },
    { op: 'create', type: 'contact', data: { ...contact.body, companies: [{ id: { $ref: 'firm' } }] } },
  ]
  const ask = { method: 'POST' as const, path: '/v1/batch', body: { atomic: true, operations } }
  const { body } = await actor.client.send<{ results: Required<Item>[] }>(ask, '200')
  const [made, works] = body.results as [Required<Item>, Required<Item>]
  // The link changes the company afterwards, and its part of the response shows it as created.
  keep(actor, 'companies', made.record)
  keep(actor, 'contacts', works.record)
}

/** Actions of a writer on several records at once. */
export const batches: Action[] = [
  { weight: 5, run: batch },
  { weight: 2, run: family },
]
