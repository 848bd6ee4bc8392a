import type { EntityType } from '../entities/catalogue.ts'
import { commonFields, traitFields } from '../entities/system-fields.ts'
import type { Trait } from '../entities/types.ts'
import type { Field } from '../fields/field.ts'
import { isInRows, isReference } from '../fields/kinds/kinds.ts'
import { same, type Value } from '../fields/value.ts'

/** A field of one record type and the field of another that gets its value, by their keys. */
export interface FieldPair {
  from: string
  to: string
}

/** The fields of these traits tell how a record itself stands, so other records do not get them. */
const ofTheRecordItself: ReadonlySet<Trait> = new Set(['stages', 'number', 'payment'])

/** The fields of a lead that name its client. */
const nameOfCompany = 'companyTitle'

/**
 * Returns the fields that a record of one type passes to a record of another by default: the common fields, the fields
 * of traits that both types have, parents, and user fields with the same code and kind. The title of a company is its name, so it
 * comes from the field of the company's name.
 */
export function defaultPairs(from: EntityType, to: EntityType): FieldPair[] {
  const passed = new Set(passedCodes(from, to))
  const pairs = to.fields.flatMap((target): FieldPair[] => {
    if (!isFillable(target)) return []
    const code = target.code === 'title' && isClient(to) && !isClient(from) ? nameOfCompany : target.code
    const isPassed = target.userFieldId !== null || passed.has(target.code)
    const source = isPassed ? sourceOf(from, { ...target, code }) : undefined
    return source && fits(source, target) ? [{ from: source.key, to: target.key }] : []
  })
  return pairs
}

/** Returns the fields that a copy of a record gets: all that can be written, except for how the record itself stands. */
export function copiedPairs(type: EntityType): FieldPair[] {
  const own = codesOf([...ofTheRecordItself].flatMap((trait) => traitFields[trait] ?? []))
  const kept = new Set(['pipelineId', 'issueDate', 'dueDate'])
  return type.fields
    .filter(
      (field) => isFillable(field) && (field.userFieldId !== null || kept.has(field.code) || !own.has(field.code)),
    )
    .map(({ key }) => ({ from: key, to: key }))
}

/** Returns whether values of one field are values of another. */
export function fits(from: Field, to: Field): boolean {
  const { dictionary, type, relation } = from.settings
  return (
    from.kind === to.kind &&
    from.multiple === to.multiple &&
    dictionary === to.settings.dictionary &&
    type === to.settings.type &&
    relation === to.settings.relation &&
    same(from.settings.types as Value, to.settings.types as Value)
  )
}

/** Returns whether a field can get the value of another record. An external key belongs to one record. */
export function isFillable(field: Field): boolean {
  return !field.readOnly && field.code !== 'isRepeat' && !isInRows(field, 'external_id')
}

function passedCodes(from: EntityType, to: EntityType): string[] {
  const traits = [...to.traits].filter((trait) => from.traits.has(trait) && !ofTheRecordItself.has(trait))
  const own = isClient(to) && !isClient(from) ? ['title'] : []
  const parents = to.fields.filter(isReference)
  return [
    ...codesOf([...commonFields.tail, ...parents, ...traits.flatMap((trait) => traitFields[trait] ?? [])]),
    ...own,
  ]
}

function codesOf(fields: readonly { code: string }[]): Set<string> {
  return new Set(fields.map(({ code }) => code))
}

function sourceOf(type: EntityType, { code, userFieldId }: Pick<Field, 'code' | 'userFieldId'>): Field | undefined {
  return type.fields.find((field) => field.code === code && (field.userFieldId === null) === (userFieldId === null))
}

/** Returns whether records of the type are clients: companies or people. */
function isClient({ traits }: EntityType): boolean {
  return traits.has('contacts') || traits.has('companies')
}
