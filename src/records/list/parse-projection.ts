import { type Fault, invalid, readAll } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Hop } from '../../fields/kind.ts'
import { nearestPath } from '../../fields/paths.ts'
import type { Grant } from '../../rights/grant.ts'
import { type ExpandedLink, readExpand } from '../query/expand.ts'
import { wholeOf } from '../query/record-json.ts'
import { fieldsAt, hopsOf, nearestHop } from '../query/relations.ts'
import { partsOf } from '../query/value-parts.ts'

/** The names of the fields of a record to return, and of the links to expand. */
export interface Wanted {
  fields?: readonly string[] | undefined
  expand?: readonly string[] | undefined
}

/** The fields of a record to return with their parts (all if undefined), and the links to expand. */
export interface Projection {
  fields: readonly string[] | undefined
  links: readonly ExpandedLink[]
}

type Place = Pick<Fault, 'pointer' | 'parameter'>

/** Parses the names of fields and links. Fields of linked records expand their links. Throws every fault. */
export function parseProjection(
  grant: Grant,
  { fields, expand }: Wanted,
  at: { fields: Place; expand: Place },
): Projection {
  const { chosen, expanded } = readAll({
    chosen: () => chooseFields(grant, fields ?? [], at.fields),
    expanded: () => readExpand(grant, expand, at.expand),
  })
  const cut = [...chosen.linked].map(([hop, paths]) => ({ ...hop, fields: paths }))
  const whole = expanded.filter(({ name }) => !cut.some((link) => link.name === name))
  return { fields: fields && chosen.own, links: [...whole, ...cut] }
}

/** Reads names of fields, of their parts, and of fields of linked records. */
function chooseFields(grant: Grant, names: readonly string[], at: Place) {
  const hops = hopsOf(grant)
  const own: string[] = []
  const linked = new Map<Hop, string[]>()
  const faults: Fault[] = []
  for (const name of names) {
    const found = pathsOf(grant.readable, name)
    const hop = hops.find((one) => name.startsWith(`${one.name}.`))
    const inner = hop && pathsOf(fieldsAt(grant, hop.to), name.slice(hop.name.length + 1))
    if (hop && inner) linked.set(hop, [...(linked.get(hop) ?? []), ...inner])
    else if (found) own.push(...found)
    else faults.push(faultOf(grant, hops, name, at))
  }
  if (faults.length) throw invalid(faults)
  return { own, linked }
}

/** Returns the paths that a name stands for. Undefined if there is no such field or part. */
function pathsOf(fields: FieldsByPath, name: string): string[] | undefined {
  if (name === 'userFields') return [...fields.keys()].filter((path) => path.startsWith('userFields.'))
  if (fields.has(name)) return [name]
  const whole = wholeOf(fields, name)
  return whole !== undefined && partPaths(fields, whole).includes(name) ? [name] : undefined
}

function partPaths(fields: FieldsByPath, whole: string): string[] {
  return partsOf(fields.get(whole)!).map((part) => `${whole}.${part}`)
}

/** Returns the fault of an unknown name. Suggests only names over the same link or within the same field. */
function faultOf(grant: Grant, hops: readonly Hop[], name: string, at: Place): Fault {
  const { readable } = grant
  const [first = '', ...rest] = name.split('.')
  const hop = hops.find((one) => name.startsWith(`${one.name}.`)) ?? (rest.length ? nearestHop(hops, first) : undefined)
  const whole = wholeOf(readable, name)
  if (hop && !(whole && partsOf(readable.get(whole)!).length === 0)) {
    const inner = hop.name.includes('.') ? name.slice(hop.name.length + 1) : rest.join('.')
    const hint = nearestPath(inner, fieldsAt(grant, hop.to).keys(), ['userFields'])
    return unknownNameFault(at, 'unknown_field', name, hint && `${hop.name}.${hint}`)
  }
  return ownFault(readable, name, at)
}

function ownFault(readable: FieldsByPath, name: string, at: Place): Fault {
  const whole = wholeOf(readable, name)
  const parts = whole === undefined ? [] : partPaths(readable, whole)
  if (whole !== undefined && !parts.length) return { ...at, code: 'only_whole', params: { name }, hint: whole }
  const hint = parts.length ? nearestPath(name, parts) : nearestPath(name, readable.keys(), ['userFields'])
  return unknownNameFault(at, 'unknown_field', name, hint)
}

/** Checks the names of chosen whole fields. `userFields` selects all user fields. Throws every fault. */
export function readFields({ readable }: Grant, names: readonly string[], at: Place): string[] {
  const faults: Fault[] = []
  const chosen = names.flatMap((name) => {
    if (name === 'userFields' || readable.has(name)) return pathsOf(readable, name)!
    const whole = wholeOf(readable, name)
    faults.push(
      whole === undefined ? ownFault(readable, name, at) : { ...at, code: 'only_whole', params: { name }, hint: whole },
    )
    return []
  })
  if (faults.length) throw invalid(faults)
  return chosen
}
