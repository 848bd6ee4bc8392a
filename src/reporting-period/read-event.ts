import type { EntityType } from '../entities/catalogue.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { nearest } from '../errors/nearest.ts'
import type { Fault } from '../errors/problem.ts'
import { unknownNameFault } from '../errors/unknown-name.ts'
import type { Pipeline } from '../fields/lookups.ts'
import type { Condition } from '../filters/condition.ts'
import { type FilterPlace, refuseUnknown, type Targets } from '../filters/resolve.ts'
import { targetsFor } from '../records/query/relations.ts'
import type { Grant } from '../rights/grant.ts'
import { type EventDefinition, eventNamed, eventNames } from './events.ts'
import type { ReportingPeriod } from './period.ts'
import { readPeriod } from './read-period.ts'
import type { NamedStage } from './stages.ts'

/** Returns what a filter of the grant's records may name: fields, also of linked records, and events. */
export function conditionsFor(grant: Grant): Targets {
  return { ...targetsFor(grant), event: (condition, place) => readEvent(condition, grant, place) }
}

function readEvent(condition: Record<string, unknown>, grant: Grant, place: FilterPlace): Condition | undefined {
  const { faults, pointer } = place
  const before = faults.length
  const name = readName(condition.event, grant, { ...place, pointer: `${pointer}/event` })
  const event = name === undefined ? undefined : eventNamed(name)
  const isOfStage = !event || !('sql' in event)
  refuseUnknown(Object.keys(condition), isOfStage ? [...members, ...stageMembers] : members, pointer, faults)
  if (!event) return
  const period = periodOf(condition, event, place)
  const stage = isOfStage ? readStage(condition, grant, place) : null
  if (faults.length > before || period === undefined) return
  const sql = sqlOf(event, grant, period, stage)
  const about = stage && [stage.stageId, stage.pipelineId]
  const happened = { event: name!, sql, meaning: JSON.stringify(['event', name, period, about]) }
  const { unless } = event
  const other = unless && readEvent({ ...condition, event: unless }, grant, place)
  return other ? { and: [happened, { not: other }] } : happened
}

const members = ['event', 'period']
const stageMembers = ['stageId', 'pipelineId']

function sqlOf(event: EventDefinition, grant: Grant, period: ReportingPeriod | null, stage: NamedStage | null) {
  if ('sql' in event) return event.sql(grant, period!)
  return 'inStage' in event ? event.inStage(grant.type, stage!, period!) : event.untilNow(grant.type, stage!, period)
}

function readName(name: unknown, { type, readable }: Grant, { pointer, faults }: FilterPlace): string | undefined {
  const refuse = (fault: Omit<Fault, 'pointer'>) => {
    faults.push({ pointer, ...fault })
    return undefined
  }
  if (typeof name !== 'string') return refuse({ code: 'invalid_type', params: { expected: 'string' } })
  const isSeen = (one: string) => eventNamed(one)!.reads.every((path) => readable.has(path) || !isFieldOf(type, path))
  const event = eventNamed(name)
  if (!event || !isSeen(name)) {
    const allowed = eventNames.filter(isSeen)
    return refuse({ ...unknownNameFault({}, 'unknown_event', name, nearest(name, allowed)), allowed })
  }
  const missing = event.needs.find((trait) => !type.traits.has(trait))
  if (!missing) return name
  return refuse({ code: missing === 'stages' ? 'event_needs_stages' : 'event_needs_client', params: { event: name } })
}

function isFieldOf({ fields }: EntityType, path: string): boolean {
  return fields.some((field) => field.path === path)
}

/** Returns the period of a condition, or null for all time. Undefined after a fault. */
function periodOf(
  { period }: Record<string, unknown>,
  event: EventDefinition,
  { context, faults, pointer }: FilterPlace,
): ReportingPeriod | null | undefined {
  if (period === undefined && 'untilNow' in event) return null
  const at = (...path: string[]) => ({ pointer: pointer + pointerOf(path) })
  return readPeriod({ period }, { context, faults, at })
}

function readStage(
  { stageId, pipelineId = null }: Record<string, unknown>,
  { type, catalogue }: Grant,
  { pointer, faults }: FilterPlace,
): NamedStage | null {
  const all = catalogue.lookups.pipelines.get(type.id) ?? []
  const refuse = (name: string, fault: Fault) => {
    faults.push({ pointer: `${pointer}/${name}`, ...fault })
    return null
  }
  const named = pipelineId === null ? all : all.filter(({ id }) => id === pipelineId)
  if (!named.length) return refuse('pipelineId', { code: 'unknown_pipeline', params: { id: String(pipelineId) } })
  if (stageId === undefined) {
    return pipelineId === null
      ? refuse('stageId', { code: 'required' })
      : { stageId: null, pipelineId: Number(pipelineId), pipelines: named }
  }
  const pipelines = named.filter(({ stages }) => stages.some(({ id }) => id === stageId))
  if (pipelines.length) return { stageId: String(stageId), pipelineId: pipelineId as number | null, pipelines }
  return refuse('stageId', unknownStage(String(stageId), named))
}

function unknownStage(id: string, pipelines: readonly Pipeline[]): Fault {
  const allowed = [...new Set(pipelines.flatMap(({ stages }) => stages.map((stage) => stage.id)))]
  const hint = nearest(id, allowed)
  return { code: 'unknown_event_stage', params: { id: id.slice(0, 100) }, allowed, ...(hint !== undefined && { hint }) }
}
