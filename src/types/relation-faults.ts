import type { EntityType } from '../entities/catalogue.ts'
import { anySmartProcess } from '../entities/smart-processes.ts'
import { systemTypes } from '../entities/types.ts'
import { nearest } from '../errors/nearest.ts'
import type { Fault } from '../errors/problem.ts'
import { kindOf } from '../fields/kinds/kinds.ts'

/** The type whose relations a request names. */
export interface RelatedType {
  code: string
  /** Undefined for a new smart process. */
  id: number | undefined
  /** The types that can be related to it. */
  types: ReadonlyMap<string, EntityType>
}

/** Returns the fault, without a pointer, of a code in the list of parents or children of a type. */
export function faultOfRelation(
  { code, id, types }: RelatedType,
  side: 'parents' | 'children',
  codes: readonly string[],
  index: number,
): Fault | undefined {
  const name = codes[index]!
  const other = types.get(name)
  if (name === code) return { code: 'relation_to_itself' }
  if (!other) {
    const hint = nearest(name, types.keys())
    return { code: 'unknown_type', params: { name }, ...(hint && { hint }) }
  }
  if (codes.indexOf(name) < index) return { code: 'duplicate_value' }
  const [parent, child, childId] = side === 'parents' ? [name, code, id] : [code, name, other.id]
  const field = takenName(parent, childId)
  return field === undefined ? undefined : { code: 'relation_exists', params: { child, field } }
}

/**
 * Returns a name that a parent would take from a field or a link of a type: the name of its field, such as `dealId`, or
 * of its link, such as `deal`.
 */
function takenName(parent: string, childId: number | undefined): string | undefined {
  // A smart process may get the fields of every feature.
  const { fields } = systemTypes.find(({ id }) => id === childId) ?? anySmartProcess
  const taken = fields.flatMap((field) => [field.path, ...(kindOf(field).hops?.(field) ?? []).map(({ name }) => name)])
  return [`${parent}Id`, parent].find((name) => taken.includes(name))
}
