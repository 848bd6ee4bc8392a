import type { Fault } from '../errors/problem.ts'
import { type Context, isNothing, isObject, type Value } from '../fields/value.ts'
import { draftRecords } from '../records/write/create.ts'
import type { Grant } from '../rights/grant.ts'

/** Values for the rows of a file whose cells are empty or missing, in the form of the body of a new record. */
export type ImportDefaults = Record<string, Value>

/** Returns every fault of default values. Rows provide what they lack, so a missing value is no fault. */
export async function faultsOfDefaults(grant: Grant, context: Context, defaults: ImportDefaults): Promise<Fault[]> {
  const [draft] = await draftRecords(grant, [defaults], () => context)
  const faults = (draft?.faults ?? []).filter(({ pointer }) => isGiven(defaults, pointer))
  return faults.map((fault) => ({ ...fault, pointer: `/defaults${fault.pointer}` }))
}

function isGiven(defaults: ImportDefaults, pointer: Fault['pointer'] = ''): boolean {
  const [, key = '', inner = ''] = pointer.split('/')
  const { userFields } = defaults
  return key === 'userFields' && isObject(userFields) ? inner in userFields : key in defaults
}

/**
 * Returns the body of a record with the default values of what it lacks. A field whose cell could not be read stays
 * empty: a default would look like the value of the cell.
 */
export function withDefaults(
  body: Record<string, unknown>,
  defaults: ImportDefaults | undefined,
  takesDefault: (path: string) => boolean,
): typeof body {
  if (!defaults) return body
  const { userFields: own, ...system } = body
  const { userFields: usualOwn, ...usual } = defaults
  const userFields = filled(isObject(own) ? own : {}, isObject(usualOwn) ? usualOwn : {}, (name) =>
    takesDefault(`userFields.${name}`),
  )
  return { ...filled(system, usual, takesDefault), ...(Object.keys(userFields).length && { userFields }) }
}

function filled(
  given: Record<string, unknown>,
  defaults: Record<string, unknown>,
  takesDefault: (name: string) => boolean,
): Record<string, unknown> {
  const lacking = Object.entries(defaults).filter(
    ([name]) => isNothing(given[name] as Value | undefined) && takesDefault(name),
  )
  return { ...given, ...Object.fromEntries(lacking) }
}
