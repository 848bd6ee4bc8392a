import type { Field } from '../../fields/field.ts'
import type { KindName } from '../../fields/kind-names.ts'
import { fold } from '../../fields/kinds/choice-kinds.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'

/** What an import creates when asked. */
export interface CreateOptions {
  /** User fields for unknown columns. */
  fields?: boolean
  /** Entries of dictionaries, and options of user fields, for unknown values. */
  entries?: boolean
}

/** A user field to create for a column. */
export interface MissingField {
  index: number
  column: string
  code: string
  kind: KindName
  label: string
}

/** Values that a list of choices lacks: a dictionary, or the options of a user field. */
export interface MissingEntries {
  /** The code of the dictionary. Null for the options of a field. */
  dictionary: string | null
  /** The path of the field. */
  field: string
  values: string[]
}

/** What a file needs and does not find. */
export interface Missing {
  fields: MissingField[]
  entries: MissingEntries[]
}

/** Nothing is missing. */
export const nothingMissing: Missing = { fields: [], entries: [] }

/** The part of what is missing that the caller wants to create. */
export function asked({ fields, entries }: Missing, create: CreateOptions = {}): Missing {
  return { fields: create.fields ? fields : [], entries: create.entries ? entries : [] }
}

/** Returns the list of choices that gets new entries for a field. Null if there is none. */
export function listOf(field: Field): Omit<MissingEntries, 'values'> | null {
  const { dictionary = null } = field.settings
  if (kindOf(field).hasOptions && field.userFieldId !== null) return { dictionary: null, field: field.path }
  return dictionary === null ? null : { dictionary, field: field.path }
}

/** Returns a text that is equal for fields with the same list. */
export function nameOfList({ dictionary, field }: Omit<MissingEntries, 'values'>): string {
  return dictionary === null ? field : `dictionary ${dictionary}`
}

/** Returns whether a word that is no allowed value of a field becomes one. */
export function becomesEntry(lists: readonly MissingEntries[], field: Field, word: string): boolean {
  const list = listOf(field)
  const found = list && lists.find((one) => nameOfList(one) === nameOfList(list))
  return found?.values.some((value) => fold(value) === fold(word)) ?? false
}

/** The most fields and entries (of each dictionary) that one import creates, and the longest label of an entry. */
export const most = { fields: 100, entries: 200, label: 100 }

/** Returns whether a text can be a label: one line of storable characters, with a letter or a digit. */
export function isLabel(text: string, longest: number): boolean {
  return text.length <= longest && text.isWellFormed() && /[\p{L}\p{N}]/u.test(text) && !/\p{Cc}/u.test(text)
}
