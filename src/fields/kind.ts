import type { RawBuilder, SqlBool } from 'kysely'
import type { TSchema } from 'typebox'
import type { Written } from '../cells/survey.ts'
import type { Labels } from '../errors/language.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from './field.ts'
import type { CsvWriting, FieldChoices, FieldShape, Scalar } from './scalar.ts'
import type { Selection } from './selection.ts'
import type { Context, Place, Value } from './value.ts'

/** A field, or a part of one, that conditions and sorting can name. */
export interface Target {
  path: string
  field: Field
  scalar: Scalar
  column: RawBuilder<unknown>
  /** The value, an array of values, or the SQL of rows (from … where …) that contain `column`. */
  shape: 'one' | 'array' | { rows: RawBuilder<unknown> }
  sortable: boolean
  /** How records are grouped by it, if its column is no single value. */
  key?: TargetKey
  /** Path of the target with the currency, if this is an amount of money. */
  currency?: string
  /** Which indexes exist: for whole values, for parts of texts. Missing if there are none. */
  indexed?: { values?: boolean; parts?: boolean }
  /** Which conditions are slow because a user field has no index that its kind could have. Missing if none is. */
  lacksIndex?: { filter: boolean; sort: boolean }
  /** The link to the records, if this is a field of linked records. */
  link?: TargetLink
}

/** A value as one text, by which records are grouped. */
export interface TargetKey {
  column: RawBuilder<unknown>
  read(text: string): Value
  write(value: Value): string
  /** Returns the value as conditions write it. */
  operand(value: Value): string
}

/** The link that a condition follows to a field. */
export interface TargetLink {
  name: string
  /** Whether an index finds the records that link to a record. */
  isIndexed: boolean
  /** Whether there are so few linked records that finding them needs no index. */
  isFew: boolean
  /** Returns the condition that a linked record matches the given condition. */
  through(condition: RawBuilder<SqlBool>): RawBuilder<SqlBool>
}

/** A link from a record to others, which conditions and `expand` follow. */
export interface Hop {
  field: Field
  /** Name in requests: `company` for `companyId`, `contacts`. */
  name: string
  /** Code of the type of the linked records, or `user`. */
  to: string
  /** SQL of the id of the linked record, if the field links to one record only. */
  id?: RawBuilder<unknown>
  /** Returns the SQL condition that it links to one of these ids (a query) of this type. */
  leadsTo(ids: RawBuilder<unknown>, typeId: number): RawBuilder<SqlBool>
}

/** A record that a value points to. */
export interface LinkedRecord {
  type: string
  id: number
  primary: boolean
}

/** A column of a CSV file for a field or a part of it. */
export interface CsvColumn {
  field: Field
  /** Header in raw mode. Imports accept it too. */
  key: string
  label: Labels
  write(value: Value, writing: CsvWriting): string
  /** What its cells contain, if programs write it in several ways. */
  written?: Written
  /** Splits a cell with several of them. */
  split?(text: string): readonly string[]
  /** Whether its part is what files name like the whole field: the amount of money. */
  isMain?: true
  /** Reads a cell as the value of a JSON body. Undefined after a fault. */
  read(text: string, place: Place): unknown
  /** What the cell sets: the field, a part of it, or items of its list. */
  into: 'value' | 'items' | { part: string }
}

/** Where the values of a field have the code of a currency. */
export interface CurrencyPlace {
  /** Returns the column of the records with the code. */
  column(field: Field): string
  of(value: Value): Value
}

/** A word of a search, parsed without regard to a field. */
export interface SearchWord {
  text: string
  /** Its digits as fragments of a phone number; empty if it is not one. */
  digits: readonly string[]
  /** Whether it can be part of an e-mail, website or messenger address. */
  isAddress: boolean
}

/** How a search reads a field. */
export type SearchTarget = { field: Field } & (
  | { in: 'key'; key: RawBuilder<unknown>; text: RawBuilder<unknown> }
  | { in: 'communication'; folded: boolean; fragments(word: SearchWord): readonly string[] }
  | { in: 'value'; column: RawBuilder<unknown>; value(word: SearchWord): number | undefined }
)

/** The rules for joining the lists of merged records. */
export interface ListUnion {
  /** Maximum number of items. */
  most: number
  /** Returns whether two items are the same value. */
  isSame(a: Value, b: Value): boolean
  /** Returns an item of another record as a new item. Default: the item itself. */
  copied?(item: Value): Value
  /** Returns the joined list as it is stored, such as with one primary item. Default: the list itself. */
  arranged?(list: readonly Value[]): Value[]
}

/** Tables that contain the values of a field as rows. */
export type RowTable = 'communication' | 'link' | 'external_id' | 'record_file'

/** The definition of a kind of field. */
export interface Kind {
  /** Whether user fields can have this kind, and whether they can be multiple. */
  user: false | 'single' | 'multiple'
  /** Settings that a user field of this kind accepts. */
  settings: readonly (keyof Field['settings'])[]
  /** Settings without which a user field has no values. */
  needs?: readonly (keyof Field['settings'])[]
  /** The table with its values as rows, by which records are found. Null if the columns are enough. */
  rows: RowTable | null
  /** The most characters of a text. */
  longest?: number
  /** What stands between texts that a merge joins. Only of texts that people write freely. */
  joiner?: string
  /** What the ids that are its values belong to. */
  pointsTo?: 'record' | 'user' | 'file'
  /** Returns the values, or those of the part that has a list, such as the currencies of money. */
  choices?: FieldChoices
  /** Its value follows from other values of the record, so a copy of the record does not bring it. */
  isDerived?: true
  /** Where its values have the code of a currency. Missing if they have none. */
  currency?: CurrencyPlace
  /** Its values are codes of the field's own options. */
  hasOptions?: true
  /** Reading its values from a file needs the country of the row. */
  needsCountry?: true
  /**
   * Its value says where the record stands. A row of a file with an unreadable value is refused: its default would put
   * the record somewhere else.
   */
  isPlace?: true
  /** The value that a word stands for in a default, such as `now`; undefined for other words. */
  defaultWord?(word: string, context: Context): Value | undefined
  /** Returns its columns in the table of the records: name → SQL type. */
  columns(field: Field): Record<string, string>
  /** Puts a value, which is not null, into the columns of a row. Empty columns are left out. */
  fill(row: Record<string, Value>, field: Field, value: Value): void
  /** Returns SQL of the stored value of a column, given SQL of the value in the row. Default: the same value. */
  stored?(field: Field, cell: RawBuilder<unknown>): RawBuilder<unknown>
  /** Returns the empty value: null or an empty list. */
  empty(field: Field): Value
  /** Returns the schema in responses; `input` returns the schema in requests. */
  schema(field: FieldShape): TSchema
  input(field: FieldShape): TSchema
  /** Returns the schema in a batch, where an id can refer to an earlier operation. */
  batchInput?(field: FieldShape): TSchema
  /** The named schemas that these schemas use. */
  schemas?: readonly TSchema[]
  /** Reads a value, possibly null, from a JSON body; `before` is the present value. Undefined after a fault. */
  read(input: unknown, place: Place, before: Value): Value | undefined
  /** Returns how the lists of merged records are joined. Missing or null if a record has one value: one record's is kept. */
  union?(field: Field): ListUnion | null
  /** Returns the fault of a target of the value that the settings of the field do not allow, such as a large file. */
  misfit?(field: Field, target: object): Omit<Fault, 'pointer'> | undefined
  /** Returns the stored part of a value in a response. Changes and history contain only this part. Default: all. */
  kept?(value: Value): Value
  /** Selects the value as JSON; the record is `record`. */
  shown(field: Field): Selection<string>
  /** Selects the value itself, if that is faster than parsing its JSON. */
  value?(field: Field): Selection<Value>
  /** Selects the same including hidden parts, such as links to deleted records. Changes start from it. */
  whole?(field: Field): Selection<string>
  /** Selects the items that responses hide: ids, or records of several types. */
  unseen?(field: Field): Selection<Value[]>
  targets(field: Field): Target[]
  /** Returns the records that a value points to. */
  linked?(field: Field, value: Value): readonly LinkedRecord[]
  /** Returns the links that the values form, one for each type of linked records. */
  hops?(field: Field): Hop[]
  /** Returns SQL of a value that can stand in for the name of a record without one. */
  name?(field: Field): RawBuilder<string | null>
  /** Returns how a searchable field is searched. Missing or null if it cannot be searched. */
  searched?(field: Field): SearchTarget | null
  csv(field: Field, mode: 'people' | 'raw'): CsvColumn[]
  /** Returns further columns that imports accept. */
  importColumns?(field: Field): CsvColumn[]
  /** Returns the value in words, if the CSV columns for people omit a part of it. */
  words?(field: Field, value: Value, writing: CsvWriting): string
}
