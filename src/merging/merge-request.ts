import type { EntityType } from '../entities/catalogue.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { nearestPath } from '../fields/paths.ts'
import type { Value } from '../fields/value.ts'
import type { Precondition } from '../records/write/precondition.ts'
import type { Grant } from '../rights/grant.ts'

/** The maximum number of records in a merge, with the survivor. */
export const mostMerged = 100

/** The records to merge, and whose values to keep. */
export interface MergeRequest {
  survivorId: number
  /** The records that are merged into the survivor, in the order in which they fill its empty fields. */
  mergedIds: readonly number[]
  /** The id of the record whose value is kept, by the key of the field that decides. */
  choices: ReadonlyMap<string, number>
  /** Values that the survivor gets instead of a choice, by the key of the field. */
  values?: ReadonlyMap<string, Value>
  ifMatch?: Precondition | undefined
  /** Where the request names a record, by its id. */
  pointers?: ReadonlyMap<number, string>
}

/** The body of a merge request. */
export interface MergeBody {
  survivorId: number
  ids: readonly number[]
  choices?: Readonly<Record<string, number>> | undefined
}

/** Reads the body of a merge request. The survivor may be among the ids. Throws its faults. */
export function readMerge({ type, readable }: Pick<Grant, 'type' | 'readable'>, body: MergeBody): MergeRequest {
  const { survivorId, ids, choices = {} } = body
  const mergedIds = [...new Set(ids)].filter((id) => id !== survivorId)
  const faults: Fault[] = ids.flatMap((id, at) =>
    ids.indexOf(id) < at ? [{ pointer: pointerOf(['ids', at]), code: 'duplicate_value' as const }] : [],
  )
  if (!mergedIds.length) faults.push({ pointer: '/ids', code: 'too_few', params: { limit: 2 } })
  if (mergedIds.length >= mostMerged) faults.push({ pointer: '/ids', code: 'too_many', params: { limit: mostMerged } })
  const chosen = new Map<string, { id: number; path: string }>()
  for (const [path, id] of Object.entries(choices)) {
    const pointer = pointerOf(['choices', path])
    const field = readable.get(path)
    const fault = field ? faultOf(field) : unknownField(path, readable.keys())
    if (fault) faults.push({ pointer, ...fault })
    if (![survivorId, ...mergedIds].includes(id)) {
      faults.push({ pointer, code: 'unknown_value', allowed: [survivorId, ...mergedIds].map(String) })
    }
    if (!field || fault) continue
    const { key } = decidingField(type, field)
    const other = chosen.get(key)
    if (other && other.id !== id) {
      faults.push({ pointer, code: 'chosen_together', params: { name: path, other: other.path } })
    }
    chosen.set(key, { id, path })
  }
  if (faults.length) throw invalid(faults)
  const pointers = new Map(ids.map((id, at) => [id, pointerOf(['ids', at])] as const)).set(survivorId, '/survivorId')
  return { survivorId, mergedIds, pointers, choices: new Map([...chosen].map(([key, { id }]) => [key, id])) }
}

function unknownField(path: string, known: Iterable<string>): Omit<Fault, 'pointer'> {
  const hint = nearestPath(path, known)
  return { code: 'unknown_field', params: { name: path }, ...(hint !== undefined && { hint }) }
}

function faultOf(field: Field): Omit<Fault, 'pointer'> | undefined {
  if (field.readOnly) return { code: 'read_only' }
  return kindOf(field).union?.(field) ? { code: 'joined_values', params: { name: field.path } } : undefined
}

/** Returns the field that decides from which record the value of a field comes: itself, or the one that it goes with. */
export function decidingField({ fields }: Pick<EntityType, 'fields'>, field: Field): Field {
  if (field.goesWith === undefined) return field
  return fields.find(({ key }) => key === field.goesWith) ?? field
}
