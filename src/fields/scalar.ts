import { type RawBuilder, sql } from 'kysely'
import type { TSchema } from 'typebox'
import type { Language } from '../errors/language.ts'
import type { Field } from './field.ts'
import type { Lookups } from './lookups.ts'
import { type Context, type Place, refuse, type Value } from './value.ts'

/** The operators of conditions. */
export const operators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'between',
  'contains',
  'startsWith',
  'isEmpty',
] as const
export type Operator = (typeof operators)[number]

const equality = ['eq', 'ne', 'in', 'nin', 'isEmpty'] as const
/** Operators by what can be asked of a value. */
export const asked = {
  equality,
  text: [...equality, 'contains', 'startsWith'],
  order: [...equality, 'gt', 'gte', 'lt', 'lte', 'between'],
  flag: ['eq', 'ne', 'isEmpty'],
} satisfies Record<string, readonly Operator[]>

/** A stretch of values, its end left out: the day that a date names among instants, the weeks of a word. */
export interface Range {
  from: string
  to: string
}

/** What writing a cell of a CSV file may depend on. */
export interface CsvWriting {
  mode: 'people' | 'raw'
  language: Language
  lookups: Lookups
  timeZone: string
  userName(id: number): string
  recordName(typeCode: string, id: number): string
}

/** What of a field its schema depends on. */
export type Described = Pick<Field, 'settings' | 'options' | 'multiple' | 'notNull' | 'required'>

/** A single value in a single column: its SQL type, its text in JSON and CSV, and how it compares. */
export interface Scalar {
  pgType: string
  json: 'string' | 'integer' | 'boolean'
  schema(field: Described): TSchema
  /** A value of a JSON body, not null. */
  read(input: unknown, place: Place): Value | undefined
  /** A cell of a CSV file, trimmed, not empty; where missing, as in JSON. */
  fromCsv?(text: string, place: Place): Value | undefined
  toCsv?(value: Value, field: Field, writing: CsvWriting): string
  /** SQL of the value as JSON shows it, where the column's own way will not do. */
  toJson?(column: RawBuilder<unknown>): RawBuilder<unknown>
  /** The same for a column that holds an array. */
  listToJson?(column: RawBuilder<unknown>): RawBuilder<unknown>
  operators: readonly Operator[]
  sortable: boolean
  /** How words are looked for in it. */
  search?: 'words' | 'id'
  /** It has so few different values that they can be counted one by one. */
  countable?: boolean
  /** Sorted by Unicode's root collation. */
  collated?: boolean
  /** A condition's operand, where it may be written otherwise than a value. */
  operand?(input: unknown, place: Place): Value | undefined
  /** The word that an operand was probably meant to be, where there are some: `me`, `today`. */
  word?(text: string): string | undefined
  /** The range that an operand stands for, if it is a word or a day. */
  range?(input: unknown, place: Place): Range | undefined
  /** What `contains` and `startsWith` look for, where it is not the text folded: one of these. */
  fragments?(text: string, place: Place): readonly string[] | undefined
  /** The column holds text that is folded already. */
  folded?: boolean
  /** The value that a word stands for in a default, such as `now`; undefined for other words. */
  defaultWord?(word: string, context: Context): Value | undefined
  /** The value is an id: code of the type of record that it leads to; `user` for people. */
  leadsTo?(field: Field): string
}

/** Reads text of a URL or a cell as the JSON value that it stands for. */
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

/** A value as a parameter of the scalar's SQL type. */
export function parameter(scalar: Scalar, value: Value | undefined): RawBuilder<unknown> {
  return sql`${value}::${sql.raw(scalar.pgType)}`
}

/** Values as one array parameter. */
export function arrayParameter(scalar: Scalar, values: readonly Value[]): RawBuilder<unknown> {
  return sql`${values}::${sql.raw(scalar.pgType)}[]`
}

/** A column as it is compared and sorted: in the collation of its index. */
export function collated(scalar: Scalar, column: RawBuilder<unknown>): RawBuilder<unknown> {
  return scalar.collated ? sql`${column} collate "und-x-icu"` : column
}
