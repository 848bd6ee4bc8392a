import type { Catalogue, EntityType } from '../../entities/catalogue.ts'
import { soundness } from '../../errors/faulty-body.ts'
import { keysOf } from '../../errors/json-pointer.ts'
import { nearest } from '../../errors/nearest.ts'
import type { Fault } from '../../errors/problem.ts'
import { operations } from '../levels.ts'
import type { RoleCell } from './find-roles.ts'
import type { RolePermissionInput } from './request-schemas.ts'
import { nameOfSpot, pipelinesOf } from './spots.ts'

const pointerTo = (index: number, member = '') => `/permissions/${index}${member && `/${member}`}`

/** Reads the permissions of a body whose schema has these faults. Adds the faults that the schema does not find. */
export function readCells(
  given: readonly RolePermissionInput[] | undefined,
  catalogue: Catalogue,
  faults: Fault[],
): RoleCell[] {
  const isSound = soundness(faults)
  const first = new Map<string, number>()
  const items = Array.isArray(given) ? (given as readonly RolePermissionInput[]) : []
  return items.flatMap((permission, index) => {
    // Of an invalid item the valid members are checked.
    const at = <Name extends 'type' | 'pipelineId' | 'stageId'>(name: Name) =>
      isSound(pointerTo(index, name)) ? (permission[name] ?? null) : null
    const type = typeAt(at('type'), index, { catalogue, faults })
    if (!type || !isSound(pointerTo(index, 'pipelineId'))) return []
    const place = placeAt({ pipelineId: at('pipelineId'), stageId: at('stageId') }, index, { type, catalogue, faults })
    if (!place || !isSound(pointerTo(index))) return []
    const cell = { typeId: type.id, ...place, levels: permission.operations }
    const earlier = first.get(nameOfSpot(cell))
    first.set(nameOfSpot(cell), earlier ?? index)
    if (earlier === undefined) return [cell]
    faults.push({ pointer: pointerTo(index), code: 'repeated_permission', params: { pointer: pointerTo(earlier) } })
    return []
  })
}

interface Reading {
  catalogue: Catalogue
  faults: Fault[]
}

function typeAt(code: string | null, index: number, { catalogue: { types }, faults }: Reading) {
  if (code === null) return
  const type = types.get(code)
  if (type) return type
  const hint = nearest(code, types.keys())
  const fault = { pointer: pointerTo(index, 'type'), allowed: [...types.keys()], ...(hint && { hint }) }
  faults.push({ ...fault, code: 'unknown_type', params: { name: code } })
  return
}

/** Returns the pipeline and the stage of a permission, or nothing if one of them has a fault. */
function placeAt(
  { pipelineId, stageId }: Pick<RoleCell, 'pipelineId' | 'stageId'>,
  index: number,
  { type, catalogue, faults }: Reading & { type: EntityType },
): Pick<RoleCell, 'pipelineId' | 'stageId'> | undefined {
  const add = (member: string, fault: Fault) => void faults.push({ ...fault, pointer: pointerTo(index, member) })
  if (pipelineId === null && stageId === null) return { pipelineId, stageId }
  const pipelines = pipelinesOf(catalogue, type)
  if (!pipelines.length) {
    return add(stageId === null ? 'pipelineId' : 'stageId', { code: 'no_stages', params: { code: type.code } })
  }
  if (pipelineId === null && pipelines.length > 1) return add('pipelineId', { code: 'required' })
  const pipeline = pipelineId === null ? pipelines[0] : pipelines.find(({ id }) => id === pipelineId)
  if (!pipeline) return add('pipelineId', faultOfPipeline(pipelineId ?? 0, pipelines, catalogue))
  const allowed = pipeline.stages.map(({ id }) => id)
  if (stageId === null || allowed.includes(stageId)) return { pipelineId: pipeline.id, stageId }
  const hint = nearest(stageId, allowed)
  return add('stageId', { code: 'unknown_stage', params: { id: stageId }, allowed, ...(hint && { hint }) })
}

function faultOfPipeline(id: number, own: readonly { id: number }[], catalogue: Catalogue): Fault {
  const other = [...catalogue.types.values()].find((type) =>
    pipelinesOf(catalogue, type).some((pipeline) => pipeline.id === id),
  )
  const allowed = own.map((pipeline) => String(pipeline.id))
  if (!other) return { code: 'unknown_pipeline', params: { id }, allowed }
  return { code: 'pipeline_of_other_type', params: { id, code: other.code }, allowed }
}

/**
 * Returns the faults of the schema in the words of roles: an unknown operation, and the name of a field, which roles do
 * not decide about.
 */
export function faultsOfRole(
  found: readonly Fault[],
  given: readonly RolePermissionInput[] | undefined,
  { types }: Catalogue,
): Fault[] {
  return found.map((fault) => {
    const [member, index, part, name] = keysOf(fault.pointer ?? '')
    if (fault.code !== 'unknown_field') return fault
    const cell = member === 'permissions' ? (given?.[Number(index)] as Partial<RolePermissionInput>) : {}
    const type = typeof cell.type === 'string' ? types.get(cell.type) : undefined
    const ofField = [part, name].some(
      (key) => key && type?.fields.some(({ code, path }) => key === code || key === path),
    )
    const saysField = [member, part].some((key) => key && /field|hidden|visib/i.test(key))
    if (ofField || saysField) {
      const path = `/v1/types/${type?.code ?? '{code}'}/fields/{field}/visibility`
      return { pointer: fault.pointer!, code: 'fields_not_in_roles', params: { path } }
    }
    return part === 'operations' && name ? { ...fault, code: 'unknown_operation', allowed: operations } : fault
  })
}
