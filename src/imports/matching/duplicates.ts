import type { Change } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import type { Communication } from '../../fields/kinds/communication-kinds.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { isInRows } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { keyTarget } from './find-records.ts'
import type { Sought } from './sought.ts'

/** What an import does with a row whose record exists already. */
export const duplicateActions = ['add', 'skip', 'replace', 'merge'] as const
/** What an import does with a row whose record exists already. */
export type DuplicateAction = (typeof duplicateActions)[number]

/** How an import treats duplicates. */
export interface DuplicatePolicy {
  /** The fields that are compared. Records with an equal value in one of them are duplicates. */
  keys: string[]
  action: DuplicateAction
}

/** Returns whether an import changes the records of duplicates. */
export function changesRecords({ duplicates }: { duplicates?: DuplicatePolicy }): boolean {
  return duplicates?.action === 'replace' || duplicates?.action === 'merge'
}

/** Returns the fields by which an import can find duplicates. `name` is the first and last name of a person. */
export function duplicateKeys({ type, readable, writable }: Grant): string[] {
  const paths = [...writable.values()].filter(({ path }) => readable.has(path)).filter(isKey)
  const isPerson = type.traits.has('person') && ['firstName', 'lastName'].every((path) => readable.has(path))
  return [...paths.map(({ path }) => path), ...(isPerson ? ['name'] : [])]
}

function isKey(field: Field): boolean {
  return isInRows(field, 'communication') || isInRows(field, 'external_id') || keyTarget(field) !== undefined
}

/** A value of a row by which its duplicates are found. */
export type KeyValue = Omit<Sought, 'search'>

/** Returns the values of a new record by which duplicates are found. Empty values are like no others. */
export function keyValuesOf({ after }: Change, keys: readonly string[], { readable }: Grant): KeyValue[] {
  return keys.flatMap((by): KeyValue[] => {
    if (by === 'name') return nameOf(after)
    const field = readable.get(by)
    const value = field && (after.get(field.key) ?? null)
    if (!field || value === null) return []
    if (isInRows(field, 'communication')) {
      return (value as Communication[]).map(({ normalized }) => ({ rank: 0, by, value: normalized }))
    }
    if (isInRows(field, 'external_id')) {
      return (value as ExternalId[]).map(({ source, key }) => ({ rank: 0, by, value: key, source }))
    }
    return [{ rank: 0, by, value: String(value) }]
  })
}

/** A person needs both names. Another middle name is another person; a missing one may be the same. */
function nameOf(after: Change['after']): KeyValue[] {
  const [first, last, middle] = ['firstName', 'lastName', 'middleName'].map((key) => after.get(key))
  if (!first || !last) return []
  const name = { rank: 0, by: 'person', value: `${first} ${last}` }
  return [middle ? { ...name, middle: String(middle), mayLackMiddle: true } : name]
}

/**
 * Returns a text that is equal for values that may be equal. Rows with the same text are written one after the other, so
 * that the later row finds the record of the earlier one.
 */
export function tokenOf({ by, value, source = '' }: KeyValue): string {
  const letters = value
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  return `${by} ${source} ${letters || value}`
}
