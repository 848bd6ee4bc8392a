import type { Labels } from '../errors/language.ts'
import type { KindName } from './kind-names.ts'
import type { Entry } from './lookups.ts'
import type { Value } from './value.ts'

/** What a kind lets its fields choose. */
export interface FieldSettings {
  minLength?: number
  maxLength?: number
  pattern?: string
  /** Bounds: numbers for integers, texts for decimals and dates. */
  min?: number | string
  max?: number | string
  /** Digits after the point that a decimal may have. */
  precision?: number
  /** The value of a new record that brings none; `now` for dates. */
  default?: Value
  dictionary?: string
  /** Code of the type of record that a link points at. */
  type?: string
  /** Name of the link, and whether the field looks at it from the other end. */
  relation?: string
  back?: boolean
  /** Most bytes of a file, and the extensions that its name may have. */
  maxSize?: number
  extensions?: readonly string[]
  /** Kinds of a phone, e-mail, website or messenger. */
  valueKinds?: readonly string[]
}

/** A field of a type of record. System fields and those of users differ in where their values stand in an answer. */
export interface Field {
  /** The field's identity in history and logs: a system field's code, a user field's column. */
  key: string
  /** How requests name it: `title`, `userFields.city`. */
  path: string
  code: string
  kind: KindName
  multiple: boolean
  /** Name of its column, or what the names of its columns begin with. */
  column: string
  label: Labels
  help: Labels | null
  sort: number
  required: boolean
  /** A system field that every record has. */
  notNull: boolean
  /** Set by the server alone. */
  readOnly: boolean
  /** The row of user_field; null for a system field. */
  userFieldId: number | null
  settings: FieldSettings
  options: readonly (Entry & { default: boolean })[]
  /** Other names that a column of a CSV file has for it. */
  aliases: readonly string[]
  /** False where no index would make sorting by it fast. */
  sortable: boolean
  /** Whether an index finds whole values of a field that cannot be sorted by. */
  indexed?: boolean
  /** Whether words are looked for in it. */
  searchable: boolean
  /** Whether they already are: the index of a field that users add is made after the answer. */
  searchReady: boolean
  /** Id of the type of record that has the field. */
  typeId: number
}

/** Fields by the name that requests use. */
export type FieldsByPath = ReadonlyMap<string, Field>

/** The name of a user field's column, or what its columns' names begin with: its id, since codes may come again. */
export function userFieldColumn(id: number): string {
  return `f_${id}`
}
