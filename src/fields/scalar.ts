import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { TSchema } from 'typebox'
import type { Written } from '../cells/survey.ts'
import type { Labels, Language } from '../errors/language.ts'
import type { Field } from './field.ts'
import type { Target } from './kind.ts'
import type { Lookups, Pipeline } from './lookups.ts'
import type { OperatorName } from './operators.ts'
import { type Context, type Place, refuse, type Value } from './value.ts'

/** A range of values, exclusive of `to`: the instants of a day, the days of a word such as `lastWeek`. */
export interface Range {
  from: string
  to: string
}

/** The context for writing a cell of a CSV file. */
export interface CsvWriting {
  mode: 'people' | 'raw'
  language: Language
  lookups: Lookups
  timeZone: string
  userName(id: number): string
  recordName(typeCode: string, id: number): string
}

/** A value that a field can have, with its label. */
export interface FieldChoice {
  value: string | number
  label: Labels
}

/** Returns the values that a field can have. Stages are those of the pipeline, if there is one. */
export type FieldChoices = (field: Field, lookups: Lookups, pipeline?: Pipeline) => readonly FieldChoice[]

/** The properties of a field that its schema depends on. */
export type FieldShape = Pick<Field, 'settings' | 'options' | 'multiple' | 'notNull' | 'required'>

/** What values measure. */
export type Scale = 'number' | 'day' | 'instant'

/** How lists are sorted by values that are not in this order in an index. */
export interface ListOrder {
  /** What cursors keep of a record: SQL, and the scalar of its values. Default: the column. */
  kept?: { column: RawBuilder<unknown>; scalar: Scalar }
  /** All values in their order. Missing if they are compared. */
  values?: readonly Value[]
  /** The values one after the other, if an index finds the records with each. */
  steps?: ListSteps | undefined
}

/** The values of a list order, of which each record has one. */
export interface ListSteps {
  /** SQL that selects a row for each value, called `step`, with the `key` by which records with the value are sorted. */
  rows: RawBuilder<unknown>
  /** The condition that a record has the value of the step. */
  matches: RawBuilder<SqlBool>
}

/** A single value in one column: its SQL type, its JSON and CSV forms, and its comparison. */
export interface Scalar {
  pgType: string
  json: 'string' | 'integer' | 'boolean'
  schema(field: FieldShape): TSchema
  /** Reads a non-null value from a JSON body. */
  read(input: unknown, place: Place): Value | undefined
  /** What CSV cells contain, if programs write it in several ways. */
  written?: Written
  /** Reads a trimmed, non-empty CSV cell. Default: as in JSON. */
  fromCsv?(text: string, place: Place): Value | undefined
  toCsv?(value: Value, field: Field, writing: CsvWriting): string
  /** Converts the text of Postgres to JSON. */
  toJson(text: string): string
  /** Converts the text of Postgres to the value. Default: by the type in JSON. */
  toValue?(text: string): Value
  operators: readonly OperatorName[]
  /** Whether lists are sorted by the value itself, which an index can serve. */
  sortable: boolean
  /** Returns how lists are sorted by it otherwise. What is compared is empty if the column is. */
  order?(target: Target, lookups: Lookups): ListOrder
  /** Whether this order has steps: always, or for the fields with an index of values. */
  steps?: 'always' | 'indexed'
  /** The most characters of a text. */
  longest?: number
  /** How a search with `q` reads the value. */
  search?: 'words' | 'id'
  /** Returns the values, if they are a list that can be offered. */
  choices?: FieldChoices
  /** True if it has few different values, so each can be counted. */
  countable?: boolean
  /** How reports group records: by each value, or by parts of time such as months. Missing if they cannot. */
  grouping?: 'values' | 'parts'
  /** What reports calculate with: numbers are added up, days and instants are compared. Missing if nothing. */
  scale?: Scale
  /** True if sorted by the Unicode root collation. */
  collated?: boolean
  /** The spaces that no value has. In a URL they are plus signs without percent-encoding. */
  plusSigns?: RegExp
  /** Reads the operand of a condition, if it accepts more than a value. */
  operand?(input: unknown, place: Place): Value | undefined
  /** Returns the nearest word that operands accept, such as `me` or `today`. */
  word?(text: string): string | undefined
  /** Returns the range of an operand that is a word or a day. */
  range?(input: unknown, place: Place): Range | undefined
  /** Returns the alternatives for a part of the text. Default: the folded text. */
  fragments?(text: string, place: Place): readonly string[] | undefined
  /** Returns an operand, or several, as SQL that is compared with the column. Default: a parameter of the SQL type. */
  parameter?(value: Value): RawBuilder<unknown>
  arrayParameter?(values: readonly Value[]): RawBuilder<unknown>
  /** True if the column stores folded text. */
  folded?: boolean
  /** The value that a word stands for in a default, such as `now`; undefined for other words. */
  defaultWord?(word: string, context: Context): Value | undefined
  /** If the value is an id: returns the code of the record type, or `user`. */
  leadsTo?(field: Field): string
}

const toValue = { string: (text: string) => text, integer: Number, boolean: (text: string) => text === 't' }

/** Returns how the text of Postgres is converted to the value. */
export function valueReader(scalar: Scalar): (text: string) => Value {
  return scalar.toValue ?? toValue[scalar.json]
}

/** Converts text from a URL or CSV cell to a JSON value. */
export function literal(scalar: Scalar, text: string, place: Place): Value | undefined {
  switch (scalar.json) {
    case 'string':
      return text
    case 'integer':
      return /^-?\d{1,16}$/.test(text) ? Number(text) : refuse(place, 'invalid_integer')
    case 'boolean':
      return text === 'true' || text === 'false'
        ? text === 'true'
        : refuse(place, 'invalid_type', { expected: 'true, false' })
  }
}

/** Returns SQL of a text as the SQL type of the scalar. */
export function castTo({ pgType }: Scalar, text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${text}::${sql.raw(pgType)}`
}

/** Returns a value as a parameter of the SQL type of the scalar. */
export function parameter(scalar: Scalar, value: Value | undefined): RawBuilder<unknown> {
  return scalar.parameter?.(value ?? null) ?? sql`${value}::${sql.raw(scalar.pgType)}`
}

/** Returns values as one array parameter. */
export function arrayParameter(scalar: Scalar, values: readonly Value[]): RawBuilder<unknown> {
  return scalar.arrayParameter?.(values) ?? sql`${values}::${sql.raw(scalar.pgType)}[]`
}

/** Returns an instant (SQL) as the local time in a zone. Days have no zone. */
export function localTime(
  column: RawBuilder<unknown>,
  { scale }: Pick<Scalar, 'scale'>,
  timeZone: string,
): RawBuilder<unknown> {
  return scale === 'instant' ? sql`(${column} at time zone ${timeZone}::text)` : column
}

/** Returns a column in the collation of its index, for comparing and sorting. */
export function withCollation(scalar: Scalar, column: RawBuilder<unknown>): RawBuilder<unknown> {
  return scalar.collated ? sql`${column} collate "und-x-icu"` : column
}
