import { dateAt } from './calendar.ts'
import type { Ground, Reader } from './ground.ts'
import type { Life, Semantic, Stay } from './life.ts'
import { isIn, lastDay, type Period } from './period.ts'

/** What a reader sees of a world, and the period of a report. */
export interface View {
  ground: Ground
  reader: Reader
  /** The records that the reader may read and that are neither deleted nor merged into others. */
  records: readonly Life[]
  period: Period
}

/** The stage that an event is about. */
export interface AskedStage {
  stageId?: string
  pipelineId?: number
}

/** Returns what a reader sees. */
export function viewOf(ground: Ground, reader: Reader, records: readonly Life[], period: Period): View {
  const isSeen = (life: Life) => life.deletedAt === null && life.mergedInto === null && reader.mayRead(life)
  return { ground, reader, records: records.filter(isSeen), period }
}

/** The state of a record at a time: closed since when, or in process. */
export type State = { semantic: 'process' } | { semantic: Exclude<Semantic, 'process'>; since: number }

/** Returns the state of a record just before a time. It has been closed since it came to stages of this meaning. */
export function stateBefore({ stays }: Life, time: number): State | undefined {
  const index = stays.findIndex(({ enteredAt, leftAt }) => enteredAt < time && (leftAt === null || leftAt >= time))
  const semantic = stays[index]?.semantic
  if (!semantic || semantic === 'process') return semantic && { semantic }
  const before = stays.slice(0, index).findLastIndex((stay) => stay.semantic !== semantic)
  return { semantic, since: stays[before + 1]!.enteredAt }
}

/** Returns when a record was closed, if it is closed at the end of the period. */
export function closing(life: Life, { period }: Pick<View, 'period'>): number | null {
  const state = stateBefore(life, period.to)
  return state && state.semantic !== 'process' ? state.since : null
}

const semanticAtEnd = (life: Life, { period }: View) => stateBefore(life, period.to)?.semantic

/** Returns the changes of a record in the period that the reader sees. */
function changesIn({ entries }: Life, { period, reader, ground }: View) {
  const columns: Readonly<Record<string, string>> = ground.columns
  return entries.filter(
    ({ at, kind, changes }) =>
      (kind === 'changed' || kind === 'merged') &&
      isIn(at, period) &&
      Object.keys(changes ?? {}).some((key) => !reader.hidden.includes(columns[key] ?? key)),
  )
}

const movesIn = ({ stays }: Life, { period }: View) =>
  stays.filter(({ kind, enteredAt }) => kind !== 'created' && isIn(enteredAt, period))

function hasInvoice({ id, type }: Life, { records, period }: View): boolean {
  const first = dateAt(period.from, period.zone)
  const isIssued = (date: string | null) => date !== null && first <= date && date <= lastDay(period)
  return (
    type === 'deal' &&
    records.some((other) => other.type === 'invoice' && other.values.dealId === id && isIssued(other.values.issueDate))
  )
}

/** Returns the client of a record: its company, or else its primary contact. */
export function clientOf({ values: { companyId, contacts } }: Life): string | null {
  if (companyId !== null) return `company ${companyId}`
  const primary = contacts.find((contact) => contact.primary)
  return primary ? `contact ${primary.id}` : null
}

/** Returns whether the client had bought before the period. */
function hasBoughtBefore(life: Life, view: View): boolean {
  return view.records.some(
    (other) =>
      other.type === life.type &&
      clientOf(other) === clientOf(life) &&
      semanticAtEnd(other, view) === 'success' &&
      closing(other, view)! < view.period.from,
  )
}

/** Returns whether a stay is in a stage, or in a process or success stage after it. */
export function isAtOrAfter(
  ground: Ground,
  stay: Stay,
  { stageId, pipelineId = stay.pipelineId }: AskedStage,
): boolean {
  if (stay.pipelineId !== pipelineId) return false
  const pipelines = Object.values(ground.pipelines).flat()
  const { stages } = pipelines.find(({ id }) => id === pipelineId)!
  const asked = stages.findIndex(({ id }) => id === stageId)
  const reached = stages.findIndex(({ id }) => id === stay.stageId)
  return asked >= 0 && (reached === asked || (reached > asked && stages[reached]!.semantic !== 'failure'))
}

/** Returns the last stay of a record in a process stage before a time. */
export function lastProcessStay({ stays }: Life, time: number): Stay | undefined {
  return stays.findLast(({ semantic, enteredAt }) => semantic === 'process' && enteredAt < time)
}

type Event = (life: Life, view: View, stage: AskedStage) => boolean

const created: Event = ({ createdAt }, { period }) => isIn(createdAt, period)
const changed: Event = (life, view) => changesIn(life, view).length > 0
const closed: Event = (life, view) => isIn(closing(life, view), view.period)
const moved: Event = (life, view) => movesIn(life, view).length > 0
const inWork: Event = (life, view) => semanticAtEnd(life, view) === 'process'
const won: Event = (life, view, stage) => closed(life, view, stage) && semanticAtEnd(life, view) === 'success'
const lost: Event = (life, view, stage) => closed(life, view, stage) && semanticAtEnd(life, view) === 'failure'
const inReport: Event = (life, view, stage) =>
  life.createdAt < view.period.to && [created, inWork, closed, changed].some((event) => event(life, view, stage))

/** The events by name: whether a record is in the list of an event and a period. */
export const events: Readonly<Record<string, Event>> = {
  created,
  changed,
  closed,
  won,
  lost,
  inWork,
  inReport,
  closedBefore(life, view, stage) {
    const at = closing(life, view)
    return inReport(life, view, stage) && at !== null && at < view.period.from
  },
  moved,
  entered: ({ stays }, { period }, { stageId, pipelineId }) =>
    stays.some(
      (stay) =>
        stay.stageId === stageId && (pipelineId ?? stay.pipelineId) === stay.pipelineId && isIn(stay.enteredAt, period),
    ),
  advanced: ({ stays }, { period, ground }, stage) =>
    stays.some((stay) => isIn(stay.enteredAt, period) && isAtOrAfter(ground, stay, stage)),
  reached: ({ stays }, { period, ground }, stage) =>
    stays.some((stay) => stay.enteredAt < period.to && isAtOrAfter(ground, stay, stage)),
  lostFrom(life, view, stage) {
    const stay = lastProcessStay(life, view.period.to)
    return (
      lost(life, view, stage) &&
      stay?.stageId === stage.stageId &&
      (stage.pipelineId ?? stay?.pipelineId) === stay?.pipelineId
    )
  },
  forgotten: (life, view, stage) =>
    inReport(life, view, stage) &&
    !created(life, view, stage) &&
    !moved(life, view, stage) &&
    !changesIn(life, view).some(({ via }) => via === 'api') &&
    !hasInvoice(life, view),
  newClient: (life, view, stage) => won(life, view, stage) && clientOf(life) !== null && !hasBoughtBefore(life, view),
  returningClient: (life, view, stage) =>
    won(life, view, stage) && clientOf(life) !== null && hasBoughtBefore(life, view),
}
