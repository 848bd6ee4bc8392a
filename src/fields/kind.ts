import type { RawBuilder, SqlBool } from 'kysely'
import type { TSchema } from 'typebox'
import type { Labels } from '../errors/language.ts'
import type { Field } from './field.ts'
import type { CsvWriting, Described, Scalar } from './scalar.ts'
import type { Context, Place, Value } from './value.ts'

/** Something that conditions and sorting can name: a field, or a part of one. */
export interface Target {
  path: string
  field: Field
  scalar: Scalar
  column: RawBuilder<unknown>
  /** The value itself, an array of values, or the SQL of rows (from … where …) in which `column` stands. */
  shape: 'one' | 'array' | { rows: RawBuilder<unknown> }
  sortable: boolean
  /** The indexes that answer conditions on it: on whole values, on parts of texts. Missing where there are none. */
  indexed?: { values?: boolean; parts?: boolean }
  /** Of a field of linked records: how they are reached. */
  link?: TargetLink
}

/** The link over which a condition names a field. */
export interface TargetLink {
  name: string
  /** Whether an index leads from linked records back. */
  isIndexed: boolean
  /** Whether there are so few of them that none of their own is needed to find some. */
  isFew: boolean
  /** The condition that one of the linked records fulfils this, which is about them. */
  through(condition: RawBuilder<SqlBool>): RawBuilder<SqlBool>
}

/** A way from a record to others, which conditions and expansion go. */
export interface Hop {
  field: Field
  /** How requests call it: `company` for `companyId`, `contacts`. */
  name: string
  /** Code of the type that it leads to; `user` for people. */
  to: string
  /** SQL of whether it leads to one of these records (a query of ids) of the type of this number. */
  leadsTo(ids: RawBuilder<unknown>, typeId: number): RawBuilder<SqlBool>
}

/** A column of a CSV file: part of a field, its headers, and its cell. */
export interface CsvColumn {
  field: Field
  /** Header of the raw mode; also understood by imports. */
  key: string
  label: Labels
  aliases: readonly string[]
  write(value: Value, writing: CsvWriting): string
  /** The cell as it would stand in a JSON body; undefined after a fault. */
  read(text: string, place: Place): unknown
  /** Where the cell goes: the field itself, a part of it, or items of its list. */
  into: 'value' | 'items' | { part: string }
}

/** A word that is searched for, as far as it can be understood without knowing where it stands. */
export interface SearchWord {
  text: string
  /** Its digits as they may stand in a phone number; none where it is none. */
  digits: readonly string[]
  /** Whether it may be a part of an address: of e-mail, a website, a messenger. */
  isAddress: boolean
}

/** Where words are looked for in a field. */
export type Searched = { field: Field } & (
  | { in: 'key'; key: RawBuilder<unknown>; text: RawBuilder<unknown> }
  | { in: 'communication'; folded: boolean; fragments(word: SearchWord): readonly string[] }
  | { in: 'value'; column: RawBuilder<unknown>; value(word: SearchWord): number | undefined }
)

/** Tables whose rows hold the values of a field. */
export type RowTable = 'communication' | 'link' | 'external_id' | 'record_file'

/** Everything the server knows about a kind of field. */
export interface Kind {
  /** Whether users may make fields of this kind, and whether such a field may hold several values. */
  user: false | 'single' | 'multiple'
  /** Settings that a user field of this kind may have. */
  settings: readonly (keyof Field['settings'])[]
  /** The table that holds its values, where it is not the record's own. */
  rows: RowTable | null
  /** What the ids that are its values belong to. */
  pointsTo?: 'record' | 'user' | 'file'
  /** Its values are codes of the field's own options. */
  hasOptions?: true
  /** Reading its values from a file needs the country of the row. */
  needsCountry?: true
  /** The value that a word stands for in a default, such as `now`; undefined for other words. */
  defaultWord?(word: string, context: Context): Value | undefined
  /** Its columns in the record's table: name → SQL type. */
  columns(field: Field): Record<string, string>
  /** The same columns with the value in them. */
  cells(field: Field, value: Value): Record<string, Value>
  /** How nothing is answered: null, or an empty list. */
  empty(field: Field): Value
  /** The value in an answer; `input` where requests write it otherwise. */
  schema(field: Described): TSchema
  input(field: Described): TSchema
  /** The same in a batch, where an id may be a reference to an earlier operation. */
  batchInput?(field: Described): TSchema
  /** The named schemas that these refer to. */
  schemas?: readonly TSchema[]
  /** The value of a JSON body, null included, on top of the present one. Undefined after a fault. */
  read(input: unknown, place: Place, before: Value): Value | undefined
  /** The part of an answered value that the record itself keeps, where answers tell more; changes and history have it. */
  kept?(value: Value): Value
  /** SQL of the value as JSON shows it; the record is `record`. */
  json(field: Field): RawBuilder<unknown>
  /** The same with what answers leave out, such as links to what is in the recycle bin: what a change starts from. */
  whole?(field: Field): RawBuilder<unknown>
  /** SQL of the ids that answers leave out, as an array. */
  unseen?(field: Field): RawBuilder<unknown>
  targets(field: Field): Target[]
  /** Where the ids that are its values lead, if they are ids. */
  hop?(field: Field): Hop | undefined
  /** SQL of the value by which people know a record that has no name, where there is one. */
  name?(field: Field): RawBuilder<string | null>
  /** How the field is searched when it says that it is; missing or null where words cannot be looked for. */
  searched?(field: Field): Searched | null
  csv(field: Field, mode: 'people' | 'raw'): CsvColumn[]
  /** The value in words, where the columns for people leave something out that a sentence has to tell. */
  words?(field: Field, value: Value, writing: CsvWriting): string
}
