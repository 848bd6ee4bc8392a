import type { EntityType } from '../entities/catalogue.ts'
import { type Feature, features, type SmartProcess } from '../entities/smart-processes.ts'
import { usualTraits } from '../entities/types.ts'
import type { Labels } from '../errors/language.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { readLabels } from '../http/labels.ts'
import { faultOfRelation, type RelatedType } from './relation-faults.ts'
import type { NewTypeBody, TypeChangeBody } from './schemas.ts'

type Types = ReadonlyMap<string, EntityType>

/** A smart process to save. A new one gets a number if it has none. */
export interface SavedType extends Omit<SmartProcess, 'id' | 'table'> {
  number: number | undefined
  /** Whether the plural was derived from the code, because the request has none. */
  isPluralDerived: boolean
  /** Ids of the related types. Undefined leaves them as they are. */
  parents: readonly number[] | undefined
  children: readonly number[] | undefined
}

// Words that would have two meanings: in links to users, in paths of user fields, and in the names of the API document.
const reservedCodes = ['user', 'userFields', 'item', 'any', 'recycleBin']

/** Reads a new smart process. Throws every fault of the body. */
export function readNewType(body: NewTypeBody, types: Types): SavedType {
  const { code, number, plural, title, titles, features: asked = usualFeatures, relations = {} } = body
  const faults: Fault[] = []
  if (reservedCodes.includes(code)) faults.push({ pointer: '/code', code: 'reserved_code', params: { code } })
  const traits = traitsOf(asked, faults)
  const related = readRelations(relations, { code, id: undefined, types }, faults)
  if (faults.length) throw invalid(faults)
  const one = readLabels(title)
  return {
    ...{ code, number, plural: plural ?? `${code}s`, isPluralDerived: plural === undefined },
    ...{ title: one, titles: titles ? readLabels(titles) : one, traits, ...related },
  }
}

/** Reads the change of a smart process. Throws every fault of the body. */
export function readTypeChange(body: TypeChangeBody, type: EntityType, types: Types): SavedType {
  const { id: number, code } = type
  const faults: Fault[] = []
  const traits = body.features ? traitsOf(body.features, faults) : [...type.traits]
  const related = readRelations(body.relations ?? {}, { code, id: number, types }, faults)
  if (faults.length) throw invalid(faults)
  const labels = (key: 'title' | 'titles'): Labels =>
    body[key] === undefined ? type[key] : readLabels(body[key], type[key])
  return {
    ...{ code, number, plural: body.plural ?? type.plural, isPluralDerived: false },
    ...{ title: labels('title'), titles: labels('titles'), traits, ...related },
  }
}

const usualFeatures = features.filter((feature) => usualTraits.includes(feature))

function traitsOf(asked: readonly Feature[], faults: Fault[]): SmartProcess['traits'] {
  if (asked.includes('pipelines') && !asked.includes('stages')) {
    faults.push({ pointer: '/features', code: 'feature_needs', params: { feature: 'pipelines', needs: 'stages' } })
  }
  return ['title', ...features.filter((feature) => asked.includes(feature))]
}

function readRelations(
  { parents, children }: NonNullable<TypeChangeBody['relations']>,
  own: RelatedType,
  faults: Fault[],
): Pick<SavedType, 'parents' | 'children'> {
  return {
    parents: parents && idsOf(parents, 'parents', own, faults),
    children: children && idsOf(children, 'children', own, faults),
  }
}

function idsOf(codes: readonly string[], side: 'parents' | 'children', own: RelatedType, faults: Fault[]): number[] {
  return codes.flatMap((name, index) => {
    const fault = faultOfRelation(own, side, codes, index)
    if (fault) faults.push({ ...fault, pointer: `/relations/${side}/${index}` })
    return fault ? [] : [own.types.get(name)!.id]
  })
}

/** Returns a smart process by its code. Throws `system_type_fixed` for another type. */
export function changeable(type: EntityType): EntityType {
  if (type.isSmart) return type
  throw new Problem('system_type_fixed', { code: type.code })
}
