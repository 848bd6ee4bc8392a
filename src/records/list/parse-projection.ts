import { type Fault, invalid, readAll } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import type { Hop } from '../../fields/kind.ts'
import { nearestPath } from '../../fields/paths.ts'
import type { Grant } from '../../rights/grant.ts'
import { readExpand } from '../query/expand.ts'

/** The names of the fields of a record to return, and of the links to expand. */
export interface Wanted {
  fields?: readonly string[] | undefined
  expand?: readonly string[] | undefined
}

/** The fields of a record to return (all if undefined), and the links to expand. */
export interface Projection {
  fields: readonly string[] | undefined
  hops: readonly Hop[]
}

type Place = Pick<Fault, 'pointer' | 'parameter'>

/** Parses the names of fields and links. Throws every fault. */
export function parseProjection(
  grant: Grant,
  { fields, expand }: Wanted,
  at: { fields: Place; expand: Place },
): Projection {
  return readAll({
    fields: () => fields && readFields(grant, fields, at.fields),
    hops: () => readExpand(grant, expand, at.expand),
  })
}

/** Checks the names of chosen fields. `userFields` selects all user fields. Throws every fault. */
export function readFields({ readable }: Grant, names: readonly string[], at: Place): string[] {
  const faults: Fault[] = []
  const chosen = names.flatMap((name) => {
    if (name === 'userFields') return [...readable.keys()].filter((path) => path.startsWith('userFields.'))
    if (readable.has(name)) return [name]
    const whole = [...readable.keys()].find((path) => name.startsWith(`${path}.`))
    faults.push(
      whole
        ? { ...at, code: 'only_whole', params: { name }, hint: whole }
        : unknownNameFault(at, 'unknown_field', name, nearestPath(name, readable.keys(), ['userFields'])),
    )
    return []
  })
  if (faults.length) throw invalid(faults)
  return chosen
}
