import type { KindName } from '../../fields/kind-names.ts'

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

/** The most fields and entries (of each dictionary) that one import creates, and the longest label of an entry. */
export const most = { fields: 100, entries: 200, label: 100 }

/** Returns whether a text can be a label: one line of storable characters, with a letter or a digit. */
export function isLabel(text: string, longest: number): boolean {
  return text.length <= longest && text.isWellFormed() && /[\p{L}\p{N}]/u.test(text) && !/\p{Cc}/u.test(text)
}
