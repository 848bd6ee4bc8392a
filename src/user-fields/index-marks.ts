import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { type Fault, Problem } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { userFieldColumn } from '../fields/field.ts'
import { canSortByIndex } from '../fields/kinds/column-kinds.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { readFields, wantedIndexes } from './field-indexes.ts'

/** What a user field has indexes for. */
export type IndexMarks = Pick<Field, 'filterable' | 'sortable' | 'searchable'>

const markNames = ['filterable', 'sortable', 'searchable'] as const

/** Returns the marks that are given. */
export function marksIn(given: Partial<IndexMarks>): Partial<IndexMarks> {
  return Object.fromEntries(markNames.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])))
}

/** New fields of a type have indexes by default while the type has fewer fields. */
export const fieldsIndexedByDefault = 30

/**
 * Maximum number of user fields of a type with indexes. Postgres considers and locks every index of a table in every
 * statement about it: with the indexes of 400 fields, each statement took 11 to 31 ms to plan.
 */
export const mostIndexedFields = 60

/** Returns the marks that the kind of a field allows. */
function allowedMarks(field: Field): IndexMarks {
  const kind = kindOf(field)
  return {
    filterable: true,
    sortable: kind.targets(field).some(canSortByIndex),
    searchable: Boolean(kind.searched?.(field)),
  }
}

/** Adds a fault for each mark that the kind of the field does not allow. */
export function refuseMarks(field: Field, given: Partial<IndexMarks>, faults: Fault[]): void {
  const allowed = allowedMarks(field)
  const wrong = markNames.filter((name) => given[name] && !allowed[name])
  for (const name of wrong) faults.push({ pointer: `/${name}`, code: 'not_allowed_here' })
}

/** Returns the marks of a new field: the given ones, and defaults. Throws `indexed_field_limit_reached`. */
export async function marksOfNew(
  trx: Transaction,
  typeId: number,
  field: Field,
  given: Partial<IndexMarks>,
): Promise<IndexMarks> {
  const { fields, indexed } = await lockMarks(trx, typeId)
  const isByDefault = fields.length < fieldsIndexedByDefault && indexed.length < mostIndexedFields
  const byDefault = isByDefault ? allowedMarks(field) : { filterable: false, sortable: false, searchable: false }
  const marks = { ...byDefault, ...given }
  if (isIndexed({ ...field, ...marks })) checkLimit(indexed)
  return marks
}

/** Checks a change of marks. Throws `indexed_field_limit_reached`. */
export async function checkMarks(
  trx: Transaction,
  { typeId, userFieldId }: { typeId: number; userFieldId: number },
  change: Partial<IndexMarks>,
): Promise<void> {
  const { fields, indexed } = await lockMarks(trx, typeId)
  const isThis = (field: Field) => field.column === userFieldColumn(userFieldId)
  const field = fields.find(isThis)
  if (!field || indexed.some(isThis) || !isIndexed({ ...field, ...change })) return
  checkLimit(indexed)
}

function checkLimit(indexed: readonly Field[]): void {
  if (indexed.length >= mostIndexedFields)
    throw new Problem('indexed_field_limit_reached', { limit: mostIndexedFields })
}

function isIndexed(field: Field): boolean {
  return wantedIndexes('', field).length > 0
}

/** Locks the marks of a type until the end of the transaction, so that the limit holds. Returns the fields. */
async function lockMarks(trx: Transaction, typeId: number) {
  await sql`select from record_type where id = ${typeId} for no key update`.execute(trx)
  const fields = (await readFields(trx, typeId)).map(({ field }) => field)
  return { fields, indexed: fields.filter(isIndexed) }
}
