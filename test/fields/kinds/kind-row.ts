import type { KindName } from '../../../src/fields/kind-names.ts'
import type { JobApi } from '../../jobs.ts'

/** What values refer to: users, files and records that exist. */
export interface Ground {
  api: JobApi
  users: readonly [number, number]
  files: readonly [SavedFile, SavedFile]
  companies: readonly [number, number]
  contacts: readonly [number, number]
}

/** A file as records show it. */
export interface SavedFile {
  id: number
  name: string
  size: number
}

/** A value as requests send it and, if it differs, as responses show it. */
export interface Sample {
  given: unknown
  shown?: unknown
}

/** A condition with the records that match it: `a` and `b` have the values, `n` has none. */
export interface ExpectedCondition {
  /** Part of a composite value. */
  part?: string
  op: string
  value: unknown
  /** The value in a URL, if `String()` does not write it. */
  inUrl?: string
  finds: string
}

/** A setting that a value breaks. */
export interface Violation {
  settings: Record<string, unknown>
  value: unknown
  /** The value in a cell of a CSV file. */
  cell: string
  code: string
  /** The code for the cell, if it is another one. */
  codeInFile?: string
  /** Where the fault is inside the value. */
  at?: string
}

/** What is expected of fields of one kind. */
export interface KindCase {
  /** Options and settings that every field of the kind needs. */
  field?: { options?: object[]; settings?: object }
  values: readonly [Sample, Sample]
  /** What history shows, if it differs from responses. */
  kept?: readonly [unknown, unknown]
  conditions: readonly ExpectedCondition[]
  /** The records in ascending order by each path that lists can be sorted by. */
  sorted?: Readonly<Record<string, string>>
  /** A word that finds `a`, if `q` can search the kind. */
  word?: string
  /** Cells of `a` and `b` by column, in raw mode and for people. */
  cells: Readonly<Record<string, { raw: readonly [string, string]; people: readonly [string, string] }>>
  /** Whether a file for people can be imported again without a loss. */
  isReadByPeople?: false
  /** Defaults, and what new records get. */
  defaults?: readonly Sample[]
  violations: readonly Violation[]
  /** A value of another type. */
  wrong: { value: unknown; code: string; at?: string }
}

/** A kind of user fields, with one value or several. */
export interface KindRow {
  kind: KindName
  multiple: boolean
  of(ground: Ground): KindCase
}

/** Returns the conditions of every kind: equal, not equal, one of, none of, empty. */
export function equality(first: unknown, second: unknown, part?: string): ExpectedCondition[] {
  const common = part === undefined ? {} : { part }
  return [
    { op: 'eq', value: first, finds: 'a' },
    { op: 'ne', value: first, finds: 'bn' },
    { op: 'in', value: [first, second], finds: 'ab' },
    { op: 'nin', value: [second], finds: 'an' },
    { op: 'isEmpty', value: true, finds: 'n' },
    { op: 'isEmpty', value: false, finds: 'ab' },
  ].map((one) => ({ ...common, ...one }))
}

/** Returns the conditions of kinds with an order. The first value is less than the second. */
export function order(first: unknown, second: unknown, part?: string): ExpectedCondition[] {
  const common = part === undefined ? {} : { part }
  return [
    { op: 'gt', value: first, finds: 'b' },
    { op: 'gte', value: first, finds: 'ab' },
    { op: 'lt', value: second, finds: 'a' },
    { op: 'lte', value: second, finds: 'ab' },
    { op: 'between', value: [first, first], finds: 'a' },
  ].map((one) => ({ ...common, ...one }))
}

/** Returns the conditions on parts of texts. */
export function texts(anywhere: string, start: string, end: string, part?: string): ExpectedCondition[] {
  const common = part === undefined ? {} : { part }
  return [
    { op: 'contains', value: anywhere, finds: 'a' },
    { op: 'startsWith', value: start, finds: 'a' },
    { op: 'endsWith', value: end, finds: 'a' },
    { op: 'notContains', value: anywhere, finds: 'bn' },
  ].map((one) => ({ ...common, ...one }))
}

/** Returns the cells of a field with one column. */
export function cells(raw: readonly [string, string], people: readonly [string, string] = raw): KindCase['cells'] {
  return { '': { raw, people } }
}
