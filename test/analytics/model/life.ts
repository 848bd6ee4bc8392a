import type { Ground } from './ground.ts'

/** The types of records that go through stages. `delivery` is a smart process. */
export type Staged = 'lead' | 'deal' | 'quote' | 'invoice' | 'delivery'
/** The types of a world's records. */
export type Code = 'company' | 'contact' | Staged

/** What a stage means. */
export type Semantic = 'process' | 'success' | 'failure'

/** The values of a record, as the API names them. Times are milliseconds. A type uses only some of them. */
export interface Values {
  title: string
  responsibleId: number
  opened: boolean
  comment: string | null
  source: string | null
  utm: Partial<Record<'source' | 'medium' | 'campaign' | 'content' | 'term', string>> | null
  companyId: number | null
  contacts: readonly { id: number; primary: boolean }[]
  amount: string | null
  currency: string | null
  pipelineId: number
  stageId: string
  stageSemantic: Semantic
  failureReason: string | null
  movedAt: number
  movedBy: number
  closedAt: number | null
  closeDate: string | null
  number: string
  issueDate: string | null
  dueDate: string | null
  paidAt: number | null
  dealId: number | null
  tone: string | null
  secret: string | null
}

/** Something that happens to a record. */
export interface Step {
  at: number
  by: number
  via: 'api' | 'import' | 'bulk'
  type: Code
  id: number
  /** `merge` merges the record into another one. */
  op: 'create' | 'change' | 'delete' | 'merge'
  given?: Partial<Values>
  into?: number
}

/** A stay of a record in a stage. */
export interface Stay {
  kind: 'created' | 'moved' | 'closed' | 'pipelineChanged'
  pipelineId: number
  stageId: string
  semantic: Semantic
  responsibleId: number
  amount: string | null
  currency: string | null
  enteredAt: number
  enteredBy: number
  leftAt: number | null
  leftBy: number | null
  leftAmount: string | null
  leftCurrency: string | null
}

/** An entry of a record's history. */
export interface Entry {
  at: number
  by: number
  via: Step['via'] | 'merge'
  version: number
  kind: 'created' | 'changed' | 'deleted' | 'merged'
  changes: Partial<Record<keyof Values, [unknown, unknown]>> | null
}

/** A record with all that happened to it. */
export interface Life {
  type: Code
  id: number
  createdAt: number
  createdBy: number
  values: Values
  stays: Stay[]
  entries: Entry[]
  deletedAt: number | null
  mergedInto: number | null
}

/** The types whose records go through stages. */
export const staged = ['lead', 'deal', 'quote', 'invoice', 'delivery'] as const satisfies readonly Staged[]

/** Returns whether the records of a type go through stages. */
export function isStaged(type: Code): type is Staged {
  return staged.includes(type as Staged)
}

/** Returns the records that steps make, by the rules of the server. */
export function live(steps: readonly Step[], ground: Ground): Life[] {
  const lives = new Map<string, Life>()
  for (const step of steps) {
    const key = `${step.type} ${step.id}`
    const life = lives.get(key)
    if (step.op === 'create') lives.set(key, begin(step, ground))
    else if (!life || life.deletedAt !== null || life.mergedInto !== null) continue
    else if (step.op === 'change') change(life, step, ground)
    else if (step.op === 'delete') remove(life, step)
    else merge(life, lives.get(`${step.type} ${step.into}`), step)
  }
  return [...lives.values()]
}

function begin(step: Step, ground: Ground): Life {
  const { type, id, at, by, via } = step
  const values = { ...step.given } as Values
  const life: Life = {
    type,
    id,
    createdAt: at,
    createdBy: by,
    values,
    stays: [],
    entries: [],
    deletedAt: null,
    mergedInto: null,
  }
  if (isStaged(type)) enter(life, null, step, ground)
  life.entries.push({ at, by, via, version: 1, kind: 'created', changes: null })
  return life
}

function change(life: Life, step: Step, ground: Ground): void {
  const before = { ...life.values }
  Object.assign(life.values, step.given)
  const { pipelineId, stageId } = life.values
  if (pipelineId !== before.pipelineId || stageId !== before.stageId) enter(life, before, step, ground)
  const changes = differences(before, life.values)
  if (Object.keys(changes).length) add(life, step, 'changed', changes)
}

function differences(before: Values, after: Values): NonNullable<Entry['changes']> {
  const keys = Object.keys(after) as (keyof Values)[]
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  return Object.fromEntries(changed.map((key) => [key, [before[key] ?? null, after[key]]]))
}

function add(
  { entries }: Life,
  { at, by, via }: Pick<Entry, 'at' | 'by' | 'via'>,
  kind: Entry['kind'],
  changes: Entry['changes'],
) {
  entries.push({ at, by, via, version: entries.length + 1, kind, changes })
}

/** A closing time stays while a record moves between final stages of the same meaning. A paid invoice has the time of the move. */
function enter(
  { type, values, stays }: Life,
  before: Values | null,
  { at, by, given = {} }: Step,
  ground: Ground,
): void {
  const { pipelineId, stageId } = values
  const semantic = semanticOf(ground, { pipelineId, stageId })
  const was = before?.stageSemantic
  const closedAt = semantic === 'process' ? null : was === semantic ? before!.closedAt : at
  Object.assign(values, { stageSemantic: semantic, movedAt: at, movedBy: by, closedAt })
  if (semantic !== 'failure' && given.failureReason === undefined) values.failureReason = null
  if (type === 'invoice' && (was === 'success') !== (semantic === 'success') && given.paidAt === undefined)
    values.paidAt = semantic === 'success' ? (values.paidAt ?? at) : null
  const last = stays.at(-1)
  if (last && before)
    Object.assign(last, { leftAt: at, leftBy: by, leftAmount: before.amount, leftCurrency: before.currency })
  const kind = !before
    ? 'created'
    : before.pipelineId !== pipelineId
      ? 'pipelineChanged'
      : semantic === 'process'
        ? 'moved'
        : 'closed'
  const { responsibleId, amount, currency } = values
  const entered = {
    kind,
    pipelineId,
    stageId,
    semantic,
    responsibleId,
    amount,
    currency,
    enteredAt: at,
    enteredBy: by,
  } as const
  stays.push({ ...entered, leftAt: null, leftBy: null, leftAmount: null, leftCurrency: null })
}

/** Returns what a stage means. */
export function semanticOf({ pipelines }: Ground, place: { pipelineId: number; stageId: string }): Semantic {
  const all = Object.values(pipelines).flat()
  return all.find(({ id }) => id === place.pipelineId)!.stages.find(({ id }) => id === place.stageId)!.semantic
}

function remove(life: Life, step: Step): void {
  life.deletedAt = step.at
  add(life, step, 'deleted', null)
}

/** The survivor takes values that it does not have. */
function merge(life: Life, survivor: Life | undefined, { at, by }: Step): void {
  if (!survivor || survivor.deletedAt !== null || survivor.mergedInto !== null) return
  const before = { ...survivor.values }
  survivor.values.comment ??= life.values.comment
  add(survivor, { at, by, via: 'merge' }, 'merged', differences(before, survivor.values))
  life.mergedInto = survivor.id
  add(life, { at, by, via: 'merge' }, 'merged', null)
}
