import type { Labels } from '../errors/language.ts'
import type { KindName } from './kind-names.ts'
import type { Entry } from './lookups.ts'
import type { Value } from './value.ts'

/** The settings of a field. Each kind accepts only some of them. */
export interface FieldSettings {
  minLength?: number
  maxLength?: number
  pattern?: string
  /** Limits: numbers for integers, strings for decimals and dates. */
  min?: number | string
  max?: number | string
  /** Maximum digits after the decimal point. */
  precision?: number
  /** Value for new records that do not set the field. Dates accept `now` and `now+7`, users `me`. */
  default?: Value
  /** Code of the dictionary with the allowed values. */
  dictionary?: string
  /** Codes of the record types that a link of a user field can point to. */
  types?: readonly string[]
  /** Codes of the record types that links could point to earlier. Their links stay. Not shown. */
  pastTypes?: readonly string[]
  /** Code of the record type that a link points to. */
  type?: string
  /** Name of the relation, and whether the field is its inverse side. */
  relation?: string
  back?: boolean
  /** Maximum size of a file in bytes, and allowed file name extensions. */
  maxSize?: number
  extensions?: readonly string[]
  /** Allowed kinds of a phone, e-mail, website or messenger. */
  valueKinds?: readonly string[]
}

/** A record type that links of a user field point to. */
export interface LinkedType {
  id: number
  code: string
  /** Prefix of its records in files: `CO` in `CO_5`. */
  prefix: string
  table: string
}

/** An option of an enumeration. */
export interface FieldOption extends Entry {
  default: boolean
  /** Its code in another system. Imports accept it. */
  externalCode?: string | null
}

/** A field of a record type: a system field, or a user field (custom field), which responses show in `userFields`. */
export interface Field {
  /** Identity in history and logs: the code of a system field, the column of a user field. */
  key: string
  /** Name in requests: `title`, `userFields.city`. */
  path: string
  code: string
  kind: KindName
  multiple: boolean
  /** Name of its column, or prefix of its column names. */
  column: string
  label: Labels
  help: Labels | null
  /** Label of the group of fields that a frontend shows it in. */
  group: Labels | null
  sort: number
  required: boolean
  /** True for a system field that is never null. */
  notNull: boolean
  /** Only the server sets it. */
  readOnly: boolean
  /** Key of the field whose value gives this one its meaning, as an amount does a currency. A merge keeps both from one record. */
  goesWith?: string
  /** Path of the field with the currency of this amount. */
  currency?: string
  /** The value that a merge keeps if one of the records has it. */
  prevails?: Value
  /** How an automatic merge joins different values of the field: all texts, or the largest number. */
  joined?: 'texts' | 'largest'
  /** Id in the table user_field; null for a system field. */
  userFieldId: number | null
  settings: FieldSettings
  /** The record types in the settings `types` and `pastTypes`. */
  linkedTypes?: readonly LinkedType[]
  options: readonly FieldOption[]
  /** Whether an index finds its values. Conditions on a user field without one are allowed, but slow. */
  filterable: boolean
  /** Whether an index sorts by it. A system field without one cannot be sorted by; a user field can, but slowly. */
  sortable: boolean
  /** Whether an index finds whole values, if the field is not sortable. */
  indexed?: boolean
  /** Whether `q` searches it. */
  searchable: boolean
  /** Whether its search index is ready. The index of a user field is built after the response. */
  searchReady: boolean
  /** Id of the record type of the field. */
  typeId: number
  /** The table of the records that a link points to. */
  linkedTable?: string
}

/** Fields by their path. */
export type FieldsByPath = ReadonlyMap<string, Field>

/** Returns the column name or prefix of a user field. It contains the id, because codes can be reused. */
export function userFieldColumn(id: number): string {
  return `f_${id}`
}
